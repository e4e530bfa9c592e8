package io.edgeagent.simulator;

import io.edgeagent.simulator.blob.BlobService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** The simulator's blob storage. Safe to call from any thread. */
public final class SimulatedBlobs {
    private final HubThread hubThread;
    private final BlobService blobs;

    SimulatedBlobs(HubThread hubThread, BlobService blobs) {
        this.hubThread = hubThread;
        this.blobs = blobs;
    }

    /** A container's address with a signature; the container is made if it is not there. It is a secret. */
    public String sasUrl(String container, String permissions, Duration life) {
        return hubThread.call(() -> blobs.sasUrl(container, permissions, life));
    }

    /** The key of the account, for Azure's SDK. It is a secret. */
    public String accountKey() {
        return blobs.account().key();
    }

    /** Names of a container's blobs with their sizes, sorted. */
    public Map<String, Long> list(String container) {
        return hubThread.call(() -> blobs.list(container));
    }

    public byte[] read(String container, String name) {
        return hubThread.call(() -> {
            try {
                return blobs.read(container, name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    public String text(String container, String name) {
        return new String(read(container, name), StandardCharsets.UTF_8);
    }
}
