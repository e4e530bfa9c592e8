package io.edgeagent.images;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerEngine;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps some of the engine's disk free, as {@link DiskFloor} says. A full disk stops every module that writes, the engine, and this
 * agent. Off where that disk cannot be seen.
 */
final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    private static final long MB = 1_000_000;
    // logs grow and shrink: a smaller difference does not justify fetching the same layers again
    private static final long WORTH_A_TRY = 32 * MB;

    private final ContainerEngine engine;
    private final DiskSpace space;
    private final DiskFloor floor;
    // what was free when an image turned out not to fit
    private final Map<ImageReference, Long> tooLarge = new ConcurrentHashMap<>();
    private volatile boolean saidOff;

    DiskGuard(ContainerEngine engine, DiskSpace space, OptionalLong minFree) {
        this.engine = engine;
        this.space = space;
        this.floor = new DiskFloor(minFree);
    }

    /** Whether less is free than must stay free. */
    boolean isShort() {
        return room().filter(floor::isUndercut).isPresent();
    }

    /** Bytes that are free; empty where they cannot be seen. */
    OptionalLong free() {
        return room().map(room -> OptionalLong.of(room.free())).orElse(OptionalLong.empty());
    }

    /** @throws ProblemException DISK_FULL if less is free than must stay free */
    void requireRoom(ImageReference image) {
        room().filter(floor::isUndercut).ifPresent(room -> {
            if (room.free() >= floor.bytes(room)) {
                throw withoutInodes(image, room);
            }
            throw full(image, mb(room.free()) + " are free and " + mb(floor.bytes(room)) + " must stay free");
        });
    }

    /** @throws ProblemException DISK_FULL as {@link #requireRoom}, or if no more is free than when this image did not fit */
    void requireRoomFor(ImageReference image) {
        requireRoom(image);
        Optional.ofNullable(tooLarge.get(image))
                .ifPresent(then -> room().filter(room -> room.free() < then + WORTH_A_TRY)
                        .ifPresent(room -> {
                            throw full(
                                    image,
                                    "it did not fit when " + mb(then) + " were free, and now " + mb(room.free())
                                            + " are");
                        }));
    }

    /**
     * An image did not fit.
     *
     * @param free what was free when its pull began
     */
    void didNotFit(ImageReference image, OptionalLong free) {
        // where inodes ran out, how many bytes are free says nothing about the next try
        if (room().flatMap(DiskSpace.FreeSpace::files).filter(this::isShort).isEmpty()) {
            free.ifPresent(bytes -> tooLarge.put(image, bytes));
        }
    }

    /** Forgets other images that did not fit. */
    void retain(Set<ImageReference> images) {
        tooLarge.keySet().retainAll(images);
    }

    private boolean isShort(DiskSpace.FreeSpace.Files files) {
        return files.free() < floor.files(files);
    }

    private Optional<DiskSpace.FreeSpace> room() {
        String folder = engine.info().dataRoot();
        Optional<DiskSpace.FreeSpace> room = folder.isEmpty() ? Optional.empty() : space.of(folder);
        if (room.isEmpty() && !saidOff) {
            saidOff = true;
            LOG.warn(
                    "event=disk_guard_off folder=\"{}\" reason=\"the engine's disk cannot be seen from here\"", folder);
        }
        return room;
    }

    private ProblemException full(ImageReference image, String why) {
        return new ProblemException(
                ErrorCode.DISK_FULL,
                "image " + image + ": the disk of the container engine ("
                        + engine.info().dataRoot() + ") is full: " + why
                        + "; free some, or set min_free_mb in [disk] of config.toml");
    }

    private ProblemException withoutInodes(ImageReference image, DiskSpace.FreeSpace room) {
        DiskSpace.FreeSpace.Files files = room.files().orElseThrow();
        return new ProblemException(
                ErrorCode.DISK_FULL,
                "image " + image + ": the disk of the container engine ("
                        + engine.info().dataRoot()
                        + ") has room, " + mb(room.free()) + ", but not for more files: " + files.free() + " of "
                        + files.total() + " inodes are free and " + floor.files(files)
                        + " must stay free; remove small files, see them with: df -i");
    }

    private static String mb(long bytes) {
        return bytes / MB + " MB";
    }
}
