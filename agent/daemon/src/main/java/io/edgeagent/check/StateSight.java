package io.edgeagent.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.StateFile;
import java.util.List;
import java.util.Optional;

/** The state folder, which only root and the agent's own user may read. Throws ProblemException STATE_UNREADABLE. */
public interface StateSight {

    /** All files in it; none if there is no such folder yet. */
    List<StateFile> files();

    /** The desired properties that are in force. */
    Optional<ObjectNode> deployment();
}
