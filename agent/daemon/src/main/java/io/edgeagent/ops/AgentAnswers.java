package io.edgeagent.ops;

import com.fasterxml.jackson.databind.JsonNode;

/** The running agent, asked from wherever a support bundle is made: by its socket, or in the same process. */
public interface AgentAnswers {

    /**
     * @param what {@code status}, {@code twin}, {@code events}, {@code hub-routes} or {@code hub-clients}
     * @throws io.edgeagent.model.ProblemException if there is no answer
     */
    JsonNode ask(String what);
}
