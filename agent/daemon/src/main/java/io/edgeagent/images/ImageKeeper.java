package io.edgeagent.images;

import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.LocalImage;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images on the board: fetches them where there is room, and removes ours when nobody needs them any more. All but {@link
 * #follow} runs on the pull worker, so that a look never meets a pull and holds up no restart.
 */
public final class ImageKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ImageKeeper.class);
    private static final Duration FIRST_LOOK = Duration.ofMinutes(10);

    private final ContainerEngine engine;
    private final OwnedImages ours;
    private final DiskGuard disk;
    private final Duration every;
    private final Clock clock;
    private volatile Set<ImageReference> wanted = Set.of();
    private long nextLook;
    private Optional<Problem> trouble = Optional.empty();

    public ImageKeeper(
            ContainerEngine engine,
            PulledImageStore store,
            DiskSpace space,
            DiskLimits limits,
            Clock clock,
            Executor diskWorker) {
        this.engine = engine;
        this.ours = new OwnedImages(engine, store, limits.images(), clock, diskWorker);
        this.disk = new DiskGuard(engine, space, limits.minFree());
        this.every = limits.lookEvery();
        this.clock = clock;
        this.nextLook = clock.nanos() + Math.min(every.toNanos(), FIRST_LOOK.toNanos());
    }

    /** What the deployment names stays. True if it is time for a {@link #look}. On the conductor's thread. */
    public boolean follow(Deployment deployment) {
        wanted = deployment.modules().values().stream().map(ModuleSpec::image).collect(Collectors.toUnmodifiableSet());
        if (clock.nanos() < nextLook) {
            return false;
        }
        nextLook = clock.nanos() + every.toNanos();
        return true;
    }

    /** The write of the list of our images. */
    public SavedState<List<PulledImage>> saved() {
        return ours.saved();
    }

    /** Looks through the images and removes what may go. */
    public void look() {
        try {
            ours.remove(wanted, false, () -> true);
            makeRoom();
            trouble = Optional.empty();
        } catch (ProblemException e) {
            if (!trouble.equals(Optional.of(e.problem()))) {
                LOG.warn("event=images_not_looked_through reason=\"{}\"", e.problem());
            }
            trouble = Optional.of(e.problem());
        }
    }

    /**
     * Fetches an image. If the disk is short before or meanwhile, unused images of ours go first.
     *
     * @throws ProblemException DISK_FULL if that does not help
     */
    public void pull(ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress) {
        makeRoom();
        try {
            fetch(image, credential, progress);
        } catch (ProblemException e) {
            // how much it needs nobody knows, so all that is unused goes
            if (e.problem().code() != ErrorCode.DISK_FULL || ours.remove(wanted, true, () -> true) == 0) {
                throw e;
            }
            LOG.info("event=pull_again image={} reason=\"unused images were removed\"", image);
            fetch(image, credential, progress);
        }
    }

    private void makeRoom() {
        if (disk.isShort()) {
            ours.remove(wanted, true, disk::isShort);
        }
    }

    private void fetch(ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress) {
        disk.retain(wanted);
        disk.requireRoomFor(image);
        OptionalLong free = disk.free();
        Set<String> before = engine.images().stream().map(LocalImage::id).collect(Collectors.toSet());
        try {
            engine.pull(image, credential, line -> {
                disk.requireRoom(image);
                progress.accept(line);
            });
        } catch (ProblemException e) {
            if (e.problem().code() == ErrorCode.DISK_FULL) {
                disk.didNotFit(image, free);
            }
            throw e;
        }
        engine.imageId(image).ifPresent(id -> ours.pulled(id, image, before));
    }
}
