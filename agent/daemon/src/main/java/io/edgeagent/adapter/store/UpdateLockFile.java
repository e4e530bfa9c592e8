package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Update locks in a file beside the command's socket: in /run, which is memory, so that modules which take a lock every minute
 * wear out no card, and a boot, which ends all modules, ends all locks.
 */
public final class UpdateLockFile implements UpdateLockStore {
    private static final Logger LOG = LoggerFactory.getLogger(UpdateLockFile.class);
    private static final int LARGEST = 1 << 20;

    private final Path file;

    /** @param adminSocket of the command */
    public UpdateLockFile(Path adminSocket) {
        file = adminSocket.resolveSibling("update-locks.json");
    }

    @Override
    public Map<String, Duration> read() {
        Map<String, Duration> locks = new TreeMap<>();
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                JsonNode json = Json.MAPPER.readTree(in.readNBytes(LARGEST));
                json.properties()
                        .forEach(lock -> locks.put(
                                lock.getKey(),
                                Duration.ofSeconds(lock.getValue().asInt())));
            } catch (IOException e) {
                LOG.warn("event=update_locks_not_read reason=\"{}\"", e.toString());
            }
        }
        return locks;
    }

    @Override
    public boolean write(Map<String, Duration> locks) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        locks.forEach((module, life) -> json.put(module, life.toSeconds()));
        try {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, json.toString());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            LOG.debug("event=update_locks_not_kept reason=\"{}\"", e.toString());
            return false;
        }
    }
}
