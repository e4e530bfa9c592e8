package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.PulledImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must survive a power cut. A save that returned is on the disk whole; one that failed left the old state in place. Damaged
 * state is set aside and read as absent.
 */
public interface StateStore {

    /** The last desired properties that were good, with their $version. */
    Optional<ObjectNode> lastGoodDesired();

    void saveLastGoodDesired(ObjectNode desired);

    /** Identities whose keys the hub has, by module. */
    Map<String, ModuleIdentity> identities();

    void saveIdentities(Map<String, ModuleIdentity> identities);

    /** What is kept of each module. */
    Map<String, ModuleMemory> memories();

    void saveMemories(Map<String, ModuleMemory> memories);

    /** The images that we pulled. */
    List<PulledImage> pulledImages();

    void savePulledImages(List<PulledImage> images);
}
