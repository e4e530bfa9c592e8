package io.edgeagent.check;

import com.fasterxml.jackson.databind.JsonNode;

/** The running agent, as far as checks ask it. Calls block for some seconds at most and throw ProblemException. */
public interface AgentSight {

    /** Its status; see {@link io.edgeagent.ops.Operations#status}. */
    JsonNode status();

    /** The clients of its hub; see {@link io.edgeagent.ops.HubOperations#clients}. */
    JsonNode clients();
}
