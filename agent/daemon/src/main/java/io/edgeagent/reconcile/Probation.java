package io.edgeagent.reconcile;

import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a new container has proved itself while the old one is still kept.
 *
 * @param problem why it failed
 * @param wakeAt when it will have proved itself, if nothing happens
 */
record Probation(Verdict verdict, Optional<Problem> problem, long wakeAt) {
    private static final int PATIENCE = 3;

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
                    .filter(problem -> isItsFault(problem, history.failures().count()))
                    .map(problem -> failed(problem.text()))
                    .orElseGet(() -> waiting(Long.MAX_VALUE));
        }
        Container container = current.get();
        if (!container.isUp()) {
            return ended(spec, container, history);
        }
        return switch (container.health()) {
            case HEALTHY -> passed();
            case UNHEALTHY -> failed("its HEALTHCHECK fails");
            case STARTING -> waiting(Long.MAX_VALUE);
            case NONE -> history.run().upSince().isPresent() ? ran(history, settle) : waiting(Long.MAX_VALUE);
        };
    }

    private static Probation ended(ModuleSpec spec, Container container, History history) {
        boolean isCutOff = history.run().interrupted() && spec.restartPolicy() != RestartPolicy.NEVER;
        if (isCutOff || history.halted()) {
            return waiting(Long.MAX_VALUE);
        }
        // a job that does its work and ends, which its policy says it may
        boolean isDone = container.exitCode() == 0
                && container.error().isBlank()
                && spec.restartPolicy().compareTo(RestartPolicy.ON_FAILURE) <= 0;
        return isDone ? passed() : failed(ExitText.of(container));
    }

    /** With the current time the caller compares {@link #wakeAt}. */
    private static Probation ran(History history, Duration settle) {
        return waiting(history.run().upSince().orElseThrow() + settle.toNanos());
    }

    /**
     * Whether a failed step speaks against the update. An engine that went away, or somebody who removed the container before it was
     * started, says nothing about it; an image that vanished after its pull, or a disk that is full, may pass.
     */
    private static boolean isItsFault(Problem problem, int failures) {
        return switch (problem.code()) {
            case ENGINE_UNREACHABLE, CONTAINER_GONE -> false;
            // an engine that was restarted may stumble over what it left behind: the second time the container is a new
            // one
            case ENGINE_FAILED -> failures >= 2;
            case IMAGE_NOT_FOUND, REGISTRY_UNREACHABLE, REGISTRY_UNAUTHORIZED, DISK_FULL -> failures >= PATIENCE;
            default -> true;
        };
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
