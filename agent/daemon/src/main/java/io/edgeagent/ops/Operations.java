package io.edgeagent.ops;

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

    /** Stops and starts a module's container. @return what went wrong */
    Optional<Problem> restart(String module);
}
