package io.edgeagent.reconcile;

import io.edgeagent.model.Problem;
import io.edgeagent.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the agent remembers of one module between passes. Times in nanoseconds are on the monotonic clock, so that a board that
 * boots in 1970 waits as long as any other.
 *
 * @param fingerprint of the spec that this history is about; a changed module starts afresh
 * @param pulled the registry was asked for this spec, or the local image is good enough
 * @param rejection why this spec was rolled back; it is not tried again
 * @param halted it is down by our doing, or was not started yet, so that its exit code says nothing: when it is wanted it is
 *     started
 * @param restarts since the module last ran well for {@link #CALM}
 * @param lastRestart wall clock, for the report only
 * @param run the container's run that was seen last
 * @param failure the last step that failed, until one succeeds
 * @param failures in a row
 * @param retryAt no step before this time
 */
public record History(
        String fingerprint,
        boolean pulled,
        Optional<Problem> rejection,
        boolean halted,
        int restarts,
        Optional<Instant> lastRestart,
        Run run,
        Optional<Problem> failure,
        int failures,
        long retryAt) {

    /** Running that long clears the count of restarts. */
    public static final Duration CALM = Duration.ofMinutes(10);

    /**
     * How a container ran, as far as this process saw it.
     *
     * @param containerId empty before any was seen
     * @param upSince when it was first seen up and well
     * @param restartAt when it may be restarted, once it ended or turned unhealthy
     * @param interrupted it ended because the board or the engine went down, not by itself
     */
    public record Run(String containerId, Optional<Long> upSince, Optional<Long> restartAt, boolean interrupted) {
        static final Run UNSEEN = new Run("", Optional.empty(), Optional.empty(), false);
    }

    public static History fresh(String fingerprint, long now) {
        return new History(
                fingerprint, false, Optional.empty(), false, 0, Optional.empty(), Run.UNSEEN, Optional.empty(), 0, now);
    }

    /** What was on the disk: counts go on where they stood, waits begin anew. */
    public static History restored(
            String fingerprint,
            Optional<Problem> rejection,
            boolean halted,
            int restarts,
            Optional<Instant> lastRestart,
            long now) {
        return new History(
                fingerprint, false, rejection, halted, restarts, lastRestart, Run.UNSEEN, Optional.empty(), 0, now);
    }

    public History withPulled(boolean isPulled) {
        return new History(
                fingerprint, isPulled, rejection, halted, restarts, lastRestart, run, failure, failures, retryAt);
    }

    public History withRejection(Problem reason) {
        return new History(
                fingerprint, pulled, Optional.of(reason), halted, 0, lastRestart, run, Optional.empty(), 0, retryAt);
    }

    public History withSuccess(long now) {
        return new History(
                fingerprint, pulled, rejection, halted, restarts, lastRestart, run, Optional.empty(), 0, now);
    }

    /** We are about to stop or to start it, or it was started. */
    public History withHalted(boolean isHalted) {
        return new History(
                fingerprint, pulled, rejection, isHalted, restarts, lastRestart, run, failure, failures, retryAt);
    }

    public History withFailure(Problem problem, long now, double random) {
        long retry = now + Backoff.RETRY.after(failures, random).toNanos();
        return new History(
                fingerprint,
                pulled,
                rejection,
                halted,
                restarts,
                lastRestart,
                run,
                Optional.of(problem),
                failures + 1,
                retry);
    }

    public History withRestart(Instant wallClock) {
        return new History(
                fingerprint,
                pulled,
                rejection,
                false,
                restarts + 1,
                Optional.of(wallClock),
                Run.UNSEEN,
                failure,
                failures,
                retryAt);
    }

    /** Somebody asked for the module to run again now, whatever happened before. */
    public History forgiven(long now) {
        return new History(
                fingerprint,
                pulled,
                rejection,
                halted,
                0,
                lastRestart,
                new Run(run.containerId, run.upSince, run.restartAt.map(at -> now), run.interrupted),
                Optional.empty(),
                0,
                now);
    }

    /**
     * Notes when the container went up, ended or turned unhealthy, and forgets its restarts after a calm time.
     *
     * @param cutOff the container was running when the board or the engine went down
     * @param random 0 to 1, for the jitter of the wait
     */
    public History observed(Optional<Container> container, boolean cutOff, long now, double random) {
        String id = container.map(Container::id).orElse("");
        Run before = run.containerId.equals(id) ? run : new Run(id, Optional.empty(), Optional.empty(), false);
        boolean well = container.isPresent()
                && container.get().isUp()
                && container.get().health() != Container.Health.UNHEALTHY;
        if (well) {
            long since = before.upSince.orElse(now);
            boolean calm = now - since >= CALM.toNanos();
            return with(
                    calm ? 0 : restarts,
                    calm ? Optional.empty() : lastRestart,
                    new Run(id, Optional.of(since), Optional.empty(), false));
        }
        long restartAt = before.restartAt.orElseGet(
                () -> now + Backoff.RESTART.after(restarts, random).toNanos());
        return with(
                restarts,
                lastRestart,
                new Run(id, Optional.empty(), Optional.of(restartAt), before.interrupted || cutOff));
    }

    private History with(int newRestarts, Optional<Instant> newLastRestart, Run newRun) {
        return new History(
                fingerprint,
                pulled,
                rejection,
                halted,
                newRestarts,
                newLastRestart,
                newRun,
                failure,
                failures,
                retryAt);
    }
}
