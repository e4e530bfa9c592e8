package io.edgeagent.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Keeps the desired properties over a power cut. A save that returned is on the disk whole; one that failed with {@link
 * io.edgeagent.model.ProblemException} left the old state in place. Damaged state is set aside and read as absent.
 */
public interface DesiredStore {
    /** The last desired properties that were good, with their $version. */
    Optional<ObjectNode> lastGoodDesired();

    void saveLastGoodDesired(ObjectNode desired);
}
