package io.edgeagent.images;

import io.edgeagent.reconcile.ImageCleanup;
import io.edgeagent.reconcile.LogCap;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What keeps the board's disk from filling up.
 *
 * @param logs bound of modules' logs; empty: the engine's own settings decide
 * @param lookEvery how often images are looked through
 * @param minFree bytes that a pull must leave free on the engine's disk, 0 for none; empty for the default of {@link DiskGuard}
 */
public record DiskLimits(Optional<LogCap> logs, ImageCleanup images, Duration lookEvery, OptionalLong minFree) {
    public static final DiskLimits DEFAULT = new DiskLimits(
            Optional.of(LogCap.DEFAULT), ImageCleanup.DEFAULT, Duration.ofHours(1), OptionalLong.empty());
}
