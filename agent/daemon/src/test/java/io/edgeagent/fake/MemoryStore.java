package io.edgeagent.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.conductor.StateStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** State that survives a conductor, not the test. */
public final class MemoryStore implements StateStore {
    private Optional<ObjectNode> desired = Optional.empty();
    private Map<String, ModuleIdentity> identities = Map.of();
    private List<PulledImage> images = List.of();
    private boolean full;

    /** From now on nothing more can be saved. */
    public synchronized void fill() {
        full = true;
    }

    @Override
    public synchronized Optional<ObjectNode> lastGoodDesired() {
        return desired.map(ObjectNode::deepCopy);
    }

    @Override
    public synchronized void saveLastGoodDesired(ObjectNode properties) {
        refuseIfFull();
        desired = Optional.of(properties.deepCopy());
    }

    @Override
    public synchronized Map<String, ModuleIdentity> identities() {
        return identities;
    }

    @Override
    public synchronized void saveIdentities(Map<String, ModuleIdentity> known) {
        refuseIfFull();
        identities = Map.copyOf(known);
    }

    @Override
    public synchronized List<PulledImage> pulledImages() {
        return images;
    }

    @Override
    public synchronized void savePulledImages(List<PulledImage> known) {
        refuseIfFull();
        images = List.copyOf(known);
    }

    private void refuseIfFull() {
        if (full) {
            throw new ProblemException(ErrorCode.DISK_FULL, "no space left on device");
        }
    }
}
