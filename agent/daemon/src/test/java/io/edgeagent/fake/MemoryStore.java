package io.edgeagent.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.ModuleMemory;
import io.edgeagent.board.ModuleMemoryStore;
import io.edgeagent.identity.IdentityStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.PulledImageStore;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import io.edgeagent.twin.DesiredStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** State that survives a conductor, not the test. */
public final class MemoryStore implements DesiredStore, IdentityStore, ModuleMemoryStore, PulledImageStore {
    private Optional<ObjectNode> desired = Optional.empty();
    private Map<String, ModuleIdentity> identities = Map.of();
    private Map<String, ModuleMemory> memories = Map.of();
    private int memoryWrites;
    private List<PulledImage> images = List.of();
    private boolean full;
    private int writes;

    /** From now on nothing more can be saved. */
    public synchronized void fill() {
        full = true;
    }

    /** Things can be saved again. */
    public synchronized void empty() {
        full = false;
    }

    /** The file with the deployment is gone. */
    public synchronized void loseDesired() {
        desired = Optional.empty();
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
    public synchronized Map<String, ModuleMemory> memories() {
        return memories;
    }

    @Override
    public synchronized void saveMemories(Map<String, ModuleMemory> known) {
        refuseIfFull();
        memories = Map.copyOf(known);
        memoryWrites++;
    }

    /** How often the memories were written. */
    public synchronized int memoryWrites() {
        return memoryWrites;
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

    /** How often something was written, or was tried to be. */
    public synchronized int writes() {
        return writes;
    }

    private void refuseIfFull() {
        writes++;
        if (full) {
            throw new ProblemException(ErrorCode.DISK_FULL, "no space left on device");
        }
    }
}
