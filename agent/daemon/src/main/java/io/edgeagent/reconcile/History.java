package io.edgeagent.reconcile;

import io.edgeagent.model.ErrorCode;
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
 * @param outdated why the image on the board had to do, where the registry could not be reached
 * @param rejection why this spec was rolled back; it is not tried again
 * @param halted it is down by our doing, or was not started yet, so that its exit code says nothing: when it is wanted it is
 *     started
 * @param restarts since the module last ran well for {@link #CALM}
 * @param lastRestart wall clock, for the report only
 * @param run the container's run that was seen last
 * @param vanished how often its container went without our doing, since the module last ran well for {@link #CALM}
 * @param failures of its steps
 * @param retryAt no step before this time
 */
public record History(
        String fingerprint,
        boolean pulled,
        Optional<Problem> outdated,
        Optional<Problem> rejection,
        boolean halted,
        int restarts,
        Optional<Instant> lastRestart,
        Run run,
        int vanished,
        Failures failures,
        long retryAt) {

    /** Stands for the fingerprint of a module that the deployment does not name: what happened while it did counts no longer. */
    public static final String LEFTOVER = "leftover";

    /** Running that long clears the count of restarts. */
    public static final Duration CALM = Duration.ofMinutes(10);

    /**
     * How a container ran, as far as this process saw it.
     *
     * @param containerId empty before any was seen
     * @param startedAt the engine's word for when this run began
     * @param upSince when it was first seen up and well
     * @param restartAt when it may be restarted, once it ended or turned unhealthy
     * @param interrupted it ended because the board or the engine went down, not by itself
     */
    public record Run(
            String containerId,
            Optional<Instant> startedAt,
            Optional<Long> upSince,
            Optional<Long> restartAt,
            boolean interrupted) {
        static final Run UNSEEN = new Run("", Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    public static History fresh(String fingerprint, long now) {
        return restored(fingerprint, Optional.empty(), Optional.empty(), false, 0, Optional.empty(), now);
    }

    /** @param before who stopped the container, and how it ran, is a matter of the container, whatever the manifest says by now */
    public static History fresh(String fingerprint, Optional<History> before, long now) {
        History fresh = fresh(fingerprint, now);
        return before.map(known ->
                        fresh.copy().halted(known.halted).run(known.run).done())
                .orElse(fresh);
    }

    /** What was on the disk: counts go on where they stood, waits begin anew. */
    public static History restored(
            String fingerprint,
            Optional<Problem> outdated,
            Optional<Problem> rejection,
            boolean halted,
            int restarts,
            Optional<Instant> lastRestart,
            long now) {
        return new History(
                fingerprint,
                false,
                outdated,
                rejection,
                halted,
                restarts,
                lastRestart,
                Run.UNSEEN,
                0,
                Failures.NONE,
                now);
    }

    public Optional<Problem> failure() {
        return failures.last();
    }

    /** Whether this kind of step failed last, and nothing ended the trouble since. */
    boolean failedAt(Class<? extends Step> step) {
        return failures.last().isPresent() && failures.step() == step;
    }

    /** Whether the engine could not start this container so often that a new one is worth trying. */
    boolean callsForANew(Container container) {
        return failures.callForANew(container.id());
    }

    public History withPulled(boolean isPulled) {
        return copy().pulled(isPulled).done();
    }

    /** The image on the board had to do. */
    public History withOutdated(Optional<Problem> reason) {
        return copy().outdated(reason).done();
    }

    public History withRejection(Problem reason) {
        return copy().rejection(reason).restarts(0).failures(Failures.NONE).done();
    }

    /** A step was done: the trouble that it had is over, and what is left may be tried at once. */
    public History withSuccess(Step step, long now) {
        Copy copy = copy().retryAt(now);
        if (failures.areOverAfter(step)) {
            copy.failures(Failures.NONE);
        }
        if (step instanceof Step.Remove
                || step instanceof Step.MakeAnew
                || step instanceof Step.SetAside
                || step instanceof Step.BringBack) {
            // not seen is not vanished
            copy.run(Run.UNSEEN);
        }
        if (step instanceof Step.Start) {
            // if it is down again before it is looked at, then by itself
            copy.run(new Run(run.containerId, run.startedAt, Optional.empty(), Optional.empty(), false));
        }
        return copy.done();
    }

    /** There is nothing left to do for it, so nothing to wait for. */
    public History withPeace(long now) {
        return failures.equals(Failures.NONE)
                ? this
                : copy().failures(Failures.NONE).retryAt(now).done();
    }

    /** The engine is there again: that it was away says nothing about the module. */
    public History withEngineBack(long now) {
        boolean wasItsAbsence = failures.last()
                .filter(problem -> problem.code() == ErrorCode.ENGINE_UNREACHABLE)
                .isPresent();
        return wasItsAbsence ? withPeace(now) : this;
    }

    /** We are about to stop or to start it, or it was started. */
    public History withHalted(boolean isHalted) {
        return copy().halted(isHalted).done();
    }

    public History withFailure(Step step, Problem problem, long now, double random) {
        long retry = now + Backoff.RETRY.after(failures.count(), random).toNanos();
        return copy().failures(failures.with(step, problem, run.containerId))
                .retryAt(retry)
                .done();
    }

    public History withRestart(Instant wallClock) {
        return copy().halted(false)
                .restarts(restarts + 1)
                .lastRestart(Optional.of(wallClock))
                .run(Run.UNSEEN)
                .done();
    }

    /** Somebody asked for the module to run again now, whatever happened before. */
    public History forgiven(long now) {
        return copy().restarts(0)
                .run(new Run(
                        run.containerId, run.startedAt, run.upSince, run.restartAt.map(at -> now), run.interrupted))
                .failures(Failures.NONE)
                .retryAt(now)
                .done();
    }

    /**
     * Its container is gone, and not by our doing: somebody removed it, who wants a new one now. One that goes again and again has
     * to wait.
     *
     * @param random 0 to 1, for the jitter of the wait
     */
    public History vanished(long now, double random) {
        long wait =
                vanished == 0 ? 0 : Backoff.RESTART.after(vanished - 1, random).toNanos();
        return forgiven(now)
                .copy()
                .vanished(vanished + 1)
                .run(Run.UNSEEN)
                .retryAt(now + wait)
                .done();
    }

    /**
     * Notes when the container went up, ended or turned unhealthy, and forgets its restarts after a calm time.
     *
     * @param cutOff the container was running when the board or the engine went down
     * @param random 0 to 1, for the jitter of the wait
     */
    public History observed(Optional<Container> container, boolean cutOff, long now, double random) {
        String id = container.map(Container::id).orElse("");
        Optional<Instant> startedAt = container.flatMap(Container::startedAt);
        Run before = run.containerId.equals(id) && run.startedAt.equals(startedAt)
                ? run
                : new Run(id, startedAt, Optional.empty(), Optional.empty(), false);
        boolean well = container.isPresent()
                && container.get().isUp()
                && container.get().health() != Container.Health.UNHEALTHY;
        if (well) {
            long since = before.upSince.orElse(now);
            Copy seen = copy().run(new Run(id, startedAt, Optional.of(since), Optional.empty(), false));
            return now - since >= CALM.toNanos()
                    ? seen.restarts(0).lastRestart(Optional.empty()).vanished(0).done()
                    : seen.done();
        }
        long restartAt = before.restartAt.orElseGet(
                () -> now + Backoff.RESTART.after(restarts, random).toNanos());
        return copy().run(
                        new Run(id, startedAt, Optional.empty(), Optional.of(restartAt), before.interrupted || cutOff))
                .done();
    }

    private Copy copy() {
        return new Copy(this);
    }

    /** A history in the making. */
    private static final class Copy {
        private final String fingerprint;
        private boolean pulled;
        private Optional<Problem> outdated;
        private Optional<Problem> rejection;
        private boolean halted;
        private int restarts;
        private Optional<Instant> lastRestart;
        private Run run;
        private int vanished;
        private Failures failures;
        private long retryAt;

        Copy(History of) {
            fingerprint = of.fingerprint;
            pulled = of.pulled;
            outdated = of.outdated;
            rejection = of.rejection;
            halted = of.halted;
            restarts = of.restarts;
            lastRestart = of.lastRestart;
            run = of.run;
            vanished = of.vanished;
            failures = of.failures;
            retryAt = of.retryAt;
        }

        Copy pulled(boolean value) {
            pulled = value;
            return this;
        }

        Copy outdated(Optional<Problem> value) {
            outdated = value;
            return this;
        }

        Copy rejection(Problem value) {
            rejection = Optional.of(value);
            return this;
        }

        Copy halted(boolean value) {
            halted = value;
            return this;
        }

        Copy restarts(int value) {
            restarts = value;
            return this;
        }

        Copy lastRestart(Optional<Instant> value) {
            lastRestart = value;
            return this;
        }

        Copy run(Run value) {
            run = value;
            return this;
        }

        Copy vanished(int value) {
            vanished = value;
            return this;
        }

        Copy failures(Failures value) {
            failures = value;
            return this;
        }

        Copy retryAt(long value) {
            retryAt = value;
            return this;
        }

        History done() {
            return new History(
                    fingerprint,
                    pulled,
                    outdated,
                    rejection,
                    halted,
                    restarts,
                    lastRestart,
                    run,
                    vanished,
                    failures,
                    retryAt);
        }
    }
}
