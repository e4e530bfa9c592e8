package io.edgeagent.reconcile;

import io.edgeagent.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the agent remembers of one module between passes. Times in nanoseconds are on the monotonic clock, so that a board that
 * boots in 1970 waits as long as any other.
 *
 * @param fingerprint of the spec that this history is about; a changed module starts afresh
 * @param pulled the registry was asked for this spec, or the local image is good enough
 * @param halted we stopped it ourselves, so that its exit code says nothing
 * @param restarts since it last ran well for {@link #CALM}
 * @param lastRestart wall clock, for the report only
 * @param endedAt when it was first seen down
 * @param upSince when it was first seen up
 * @param failure the last step that failed, until one succeeds
 * @param failures in a row
 * @param retryAt no step before this time
 */
public record History(
        String fingerprint,
        boolean pulled,
        boolean halted,
        int restarts,
        Optional<Instant> lastRestart,
        Optional<Long> endedAt,
        Optional<Long> upSince,
        Optional<Problem> failure,
        int failures,
        long retryAt) {

    /** Running that long clears the count of restarts. */
    public static final Duration CALM = Duration.ofMinutes(10);

    public static History fresh(String fingerprint, long now) {
        return new History(
                fingerprint,
                false,
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                now);
    }

    public History withPulled() {
        return new History(
                fingerprint, true, halted, restarts, lastRestart, endedAt, upSince, failure, failures, retryAt);
    }

    /** The image went away after it was pulled. */
    public History withoutImage() {
        return new History(
                fingerprint, false, halted, restarts, lastRestart, endedAt, upSince, failure, failures, retryAt);
    }

    public History withSuccess(long now) {
        return new History(
                fingerprint, pulled, false, restarts, lastRestart, endedAt, upSince, Optional.empty(), 0, now);
    }

    /** We stopped it: when it is wanted again it is started, whatever its restart policy. */
    public History withHalt() {
        return new History(
                fingerprint, pulled, true, restarts, lastRestart, endedAt, upSince, failure, failures, retryAt);
    }

    public History withFailure(Problem problem, long now, double random) {
        long retry = now + Backoff.RETRY.after(failures, random).toNanos();
        return new History(
                fingerprint,
                pulled,
                halted,
                restarts,
                lastRestart,
                endedAt,
                upSince,
                Optional.of(problem),
                failures + 1,
                retry);
    }

    public History withRestart(Instant wallClock) {
        return new History(
                fingerprint,
                pulled,
                false,
                restarts + 1,
                Optional.of(wallClock),
                Optional.empty(),
                Optional.empty(),
                failure,
                failures,
                retryAt);
    }

    /** Notes when the container went up or down, and forgets its restarts after a calm time. */
    public History observed(Optional<Container> container, long now) {
        if (container.isPresent() && container.get().isUp()) {
            long since = upSince.orElse(now);
            boolean calm = container.get().health() != Container.Health.UNHEALTHY && now - since >= CALM.toNanos();
            return new History(
                    fingerprint,
                    pulled,
                    false,
                    calm ? 0 : restarts,
                    calm ? Optional.empty() : lastRestart,
                    Optional.empty(),
                    Optional.of(since),
                    failure,
                    failures,
                    retryAt);
        }
        return new History(
                fingerprint,
                pulled,
                halted,
                restarts,
                lastRestart,
                Optional.of(endedAt.orElse(now)),
                Optional.empty(),
                failure,
                failures,
                retryAt);
    }

    /** When the next automatic restart is due: so long after it ended, or after it went up if it is unhealthy. */
    public long restartAt() {
        return endedAt.or(() -> upSince)
                .map(since -> since + Backoff.RESTART.after(restarts, 0).toNanos())
                .orElse(Long.MIN_VALUE);
    }
}
