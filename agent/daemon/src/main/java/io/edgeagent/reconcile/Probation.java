package io.edgeagent.reconcile;

import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a new container has proved itself while the old one is still kept.
 *
 * @param problem why it failed
 * @param wakeAt when it will have proved itself, if nothing happens
 */
record Probation(Verdict verdict, Optional<Problem> problem, long wakeAt) {
    enum Verdict {
        PASSED,
        WAITING,
        FAILED
    }

    static Probation of(ModuleSpec spec, Optional<Container> current, History history, Duration settle) {
        if (spec.status() == DesiredStatus.STOPPED && current.isPresent()) {
            return passed();
        }
        if (current.isEmpty() || current.get().state() == Container.State.CREATED) {
            return history.failure()
                    .filter(Probation::isOfTheModule)
                    .map(problem -> failed(problem.text()))
                    .orElseGet(() -> waiting(Long.MAX_VALUE));
        }
        Container container = current.get();
        if (!container.isUp()) {
            return history.run().interrupted() ? waiting(Long.MAX_VALUE) : failed(ExitText.of(container));
        }
        return switch (container.health()) {
            case HEALTHY -> passed();
            case UNHEALTHY -> failed("its HEALTHCHECK fails");
            case STARTING -> waiting(Long.MAX_VALUE);
            case NONE -> history.run().upSince().isPresent() ? ran(history, settle) : waiting(Long.MAX_VALUE);
        };
    }

    /** With the current time the caller compares {@link #wakeAt}. */
    private static Probation ran(History history, Duration settle) {
        return waiting(history.run().upSince().orElseThrow() + settle.toNanos());
    }

    // an engine that went away says nothing about the module
    private static boolean isOfTheModule(Problem problem) {
        return problem.code() != ErrorCode.ENGINE_UNREACHABLE;
    }

    private static Probation passed() {
        return new Probation(Verdict.PASSED, Optional.empty(), Long.MAX_VALUE);
    }

    private static Probation waiting(long wakeAt) {
        return new Probation(Verdict.WAITING, Optional.empty(), wakeAt);
    }

    private static Probation failed(String why) {
        return new Probation(
                Verdict.FAILED, Optional.of(new Problem(ErrorCode.UPDATE_ROLLED_BACK, why)), Long.MAX_VALUE);
    }
}
