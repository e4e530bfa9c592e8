package io.edgeagent.cli;

import java.util.List;
import java.util.Optional;

/** The service manager of the system as it runs the agent, and the log that it keeps. */
@FunctionalInterface
public interface ServiceControl {
    /** For where there is none. */
    ServiceControl NONE = verb -> Optional.empty();

    /**
     * Restarts or stops the agent.
     *
     * @param verb {@code restart} or {@code stop}
     * @return empty where no service manager runs, else whether it took the order
     */
    Optional<Boolean> order(String verb);

    /** As the service manager names it, {@code failed} for example; empty where there is none. */
    default Optional<String> state() {
        return Optional.empty();
    }

    /**
     * Shows the agent's log on standard output until its end.
     *
     * @param options of journalctl
     * @return its exit code; empty where there is no journal
     */
    default Optional<Integer> journal(List<String> options) {
        return Optional.empty();
    }
}
