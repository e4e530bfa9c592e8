package io.edgeagent.ops;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Problem;
import java.util.Optional;

/** The running agent, as the command on the board sees it. Calls block for up to half a minute; any thread. */
public interface Operations {

    /**
     * How things stand: {@code version}, {@code hub}, {@code device}, {@code link}, {@code engine}, {@code deployment} and
     * {@code modules} by name.
     */
    ObjectNode status();

    /**
     * The desired and the reported properties, reduced to what can be compared: {@code desired} and {@code reported}, each with
     * {@code version} and {@code modules}, and each module with {@code status} and {@code image}. Before the hub has spoken,
     * {@code reported} is missing.
     */
    ObjectNode twin();

    /** What was counted since the start: {@code name}, {@code labels} and {@code value}, or {@code count}, {@code sum} and quantiles. */
    default ArrayNode metrics() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Stops and starts a module's container. @return what went wrong */
    Optional<Problem> restart(String module);
}
