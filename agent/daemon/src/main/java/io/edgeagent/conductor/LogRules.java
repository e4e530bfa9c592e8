package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Deployment;
import java.util.Optional;

/** The agent's own log as the conductor sees it. Does not wait. */
@FunctionalInterface
public interface LogRules {
    /** For where nothing follows. */
    LogRules NONE = (deployment, said) -> {};

    /**
     * Does what the deployment says of the log. Called again and again with the same.
     *
     * @param said the desired section as the hub said it last, also if it is refused: what is secret in it is not logged
     */
    void follow(Optional<Deployment> deployment, Optional<ObjectNode> said);
}
