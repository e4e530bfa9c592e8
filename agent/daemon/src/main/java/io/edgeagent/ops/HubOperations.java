package io.edgeagent.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.util.Map;
import java.util.Optional;

/**
 * The built-in hub, as the command on the board sees it. Calls block for some seconds at most; any thread. {@link ProblemException}
 * says why there is no answer.
 */
public interface HubOperations {
    /** For an agent whose hub is switched off. */
    HubOperations OFF = new HubOperations() {
        @Override
        public ObjectNode routes() {
            throw off();
        }

        @Override
        public ObjectNode clients() {
            throw off();
        }

        @Override
        public ObjectNode send(Trial trial) {
            throw off();
        }

        @Override
        public ObjectNode listen(Watch watch, long after) {
            throw off();
        }

        private ProblemException off() {
            return new ProblemException(
                    ErrorCode.INTERNAL, "the built-in hub is switched off (hub.enabled or EDGE_AGENT_HUB)");
        }
    };

    /** The routes in force with what became of messages, those that are refused, totals and metrics. */
    ObjectNode routes();

    /** Who is connected, was, or was refused. */
    ObjectNode clients();

    /**
     * Sends a message in a module's name. The answer has the routes that matched.
     *
     * @throws ProblemException also if there is no such module, or the message cannot be stored
     */
    ObjectNode send(Trial trial);

    /**
     * A message of a person who tries a route.
     *
     * @param module in whose name
     * @param output of the module; empty for none
     * @param contentType as the SDKs set it; empty for none
     */
    record Trial(
            String module, Optional<String> output, Map<String, String> properties, String contentType, String body) {}

    /**
     * Messages that came since; the hub keeps some for a short while, while somebody asks.
     *
     * @param after number of the last one that is known; 0 at first
     */
    ObjectNode listen(Watch watch, long after);

    /**
     * Which messages a person wants to see: all of them, or those for a module, for one of its inputs, or of one route.
     *
     * @param id of this person's look, so that several can look at once
     */
    record Watch(String id, Optional<String> module, Optional<String> input, Optional<String> route) {}
}
