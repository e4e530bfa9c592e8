package io.edgeagent.fake;

import io.edgeagent.identity.CaStore;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.Credential;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** CA keys that survive an agent, not the test. */
public final class MemoryCaStore implements CaStore {
    private final Map<String, Credential> kept = new HashMap<>();
    private boolean full;

    public synchronized void fill(boolean isFull) {
        full = isFull;
    }

    @Override
    public synchronized Optional<Credential> read(String name) {
        return Optional.ofNullable(kept.get(name));
    }

    @Override
    public synchronized void write(String name, Credential credential) {
        if (full) {
            throw new ProblemException(ErrorCode.DISK_FULL, "no space left on device");
        }
        kept.put(name, credential);
    }
}
