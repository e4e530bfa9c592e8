package io.edgeagent.images;

import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ImageCleanup;
import io.edgeagent.reconcile.LocalImage;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The list of images that we pulled, on the disk and up to date; and how they go. Used by one thread. */
final class OwnedImages {
    private static final Logger LOG = LoggerFactory.getLogger(OwnedImages.class);

    private final ContainerEngine engine;
    private final PulledImageStore store;
    private final ImageCleanup cleanup;
    private final Clock clock;
    private final Map<String, PulledImage> known = new TreeMap<>();
    private final SavedState<List<PulledImage>> saved;
    private boolean restored;
    private long lastLook;

    OwnedImages(ContainerEngine engine, PulledImageStore store, ImageCleanup cleanup, Clock clock, Executor disk) {
        this.engine = engine;
        this.store = store;
        this.cleanup = cleanup;
        this.clock = clock;
        this.lastLook = clock.nanos();
        this.saved = new SavedState<>("the list of pulled images", store::savePulledImages, disk, clock);
    }

    /** The write of the list. */
    SavedState<List<PulledImage>> saved() {
        return saved;
    }

    /**
     * Takes note of a pull.
     *
     * @param before ids of the images that were on the board, whoever brought them
     */
    void pulled(String id, ImageReference image, Set<String> before) {
        restore();
        // what was here before is somebody else's, unless it is in our list
        if (known.containsKey(id) || !before.contains(id)) {
            PulledImage so = known.getOrDefault(id, new PulledImage(id, Set.of(), Optional.empty()));
            known.put(id, so.pulledAs(image.engineText()));
            save();
        }
    }

    /**
     * Removes what may go, as long as it is needed to.
     *
     * @param wanted images that the deployment names
     * @return how many went
     */
    int remove(Set<ImageReference> wanted, boolean diskShort, BooleanSupplier more) {
        restore();
        if (known.isEmpty()) {
            return 0;
        }
        List<LocalImage> onBoard = engine.images();
        observe(onBoard, wanted);
        int removed = 0;
        for (LocalImage image : cleanup.removable(known.values(), onBoard, diskShort)) {
            if (!more.getAsBoolean()) {
                break;
            }
            if (remove(image)) {
                PulledImage gone = known.remove(image.id());
                removed++;
                LOG.info(
                        "event=image_removed image={} id={} unused_hours={} disk_short={}",
                        String.join(",", gone.names()),
                        image.id(),
                        gone.unusedFor().orElse(Duration.ZERO).toHours(),
                        diskShort);
            }
        }
        save();
        return removed;
    }

    private void observe(List<LocalImage> onBoard, Set<ImageReference> wanted) {
        Set<String> needed = new HashSet<>(engine.imagesInUse());
        wanted.forEach(image -> engine.imageId(image).ifPresent(needed::add));
        long now = clock.nanos();
        List<PulledImage> observed = cleanup.observe(known.values(), onBoard, needed, Duration.ofNanos(now - lastLook));
        lastLook = now;
        known.clear();
        observed.forEach(image -> known.put(image.id(), image));
    }

    /** By its names, because an image with several cannot be removed by its id without force (Docker API, image delete). */
    private boolean remove(LocalImage image) {
        try {
            List<String> tags = image.names().stream()
                    .filter(name -> !name.contains("@"))
                    .sorted()
                    .toList();
            // the digests of a repository go with its last tag
            List<String> names = tags.isEmpty() ? List.copyOf(image.names()) : tags;
            for (String name : names.isEmpty() ? List.of(image.id()) : names) {
                if (!engine.removeImage(name)) {
                    LOG.info("event=image_kept image={} id={} reason=\"it is in use\"", name, image.id());
                    return false;
                }
            }
            return true;
        } catch (ProblemException e) {
            LOG.warn("event=image_not_removed id={} reason=\"{}\"", image.id(), e.problem());
            return false;
        }
    }

    private void restore() {
        if (!restored) {
            List<PulledImage> stored = store.pulledImages();
            restored = true;
            saved.restored(List.copyOf(stored));
            stored.forEach(image -> known.putIfAbsent(image.id(), image));
        }
    }

    private void save() {
        saved.keep(List.copyOf(known.values()));
    }
}
