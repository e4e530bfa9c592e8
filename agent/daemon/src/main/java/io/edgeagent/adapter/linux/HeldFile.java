package io.edgeagent.adapter.linux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DeviceInventory.Held;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes modules held, in a file beside the command's socket: in /run, which is memory, because a node is known by its number
 * only until the board boots again. Nothing depends on it but a restart after an unplugging that no agent saw.
 */
final class HeldFile {
    static final HeldFile NONE = new HeldFile(Optional.empty(), "");

    private static final Logger LOG = LoggerFactory.getLogger(HeldFile.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String SOCKET = "EDGE_AGENT_ADMIN_SOCKET";
    private static final String DEFAULT_SOCKET = "/run/edge-agent/admin.sock";
    private static final int LARGEST = 1 << 20;

    private final Optional<Path> file;
    private final String boot;

    HeldFile(Optional<Path> file, String boot) {
        this.file = file;
        this.boot = boot;
    }

    static HeldFile of(Map<String, String> environment) {
        String socket = environment.getOrDefault(SOCKET, "");
        Path file = Path.of(socket.isEmpty() ? DEFAULT_SOCKET : socket).resolveSibling("held-devices.json");
        return new HeldFile(Optional.of(file), Sysfs.text(BOOT_ID));
    }

    /** Empty after a boot, and where the file cannot be read. */
    Map<String, Held> read() {
        Map<String, Held> modules = new TreeMap<>();
        file.filter(Files::exists).ifPresent(path -> {
            try (var in = Files.newInputStream(path)) {
                JsonNode json = Json.MAPPER.readTree(in.readNBytes(LARGEST));
                if (json.path("boot").asText().equals(boot)) {
                    json.path("modules").properties().forEach(module -> {
                        Set<String> handles = new TreeSet<>();
                        module.getValue().path("handles").forEach(handle -> handles.add(handle.asText()));
                        modules.put(
                                module.getKey(),
                                new Held(module.getValue().path("made").asText(), handles));
                    });
                }
            } catch (IOException e) {
                LOG.debug("event=held_devices_not_read reason=\"{}\"", e.toString());
            }
        });
        return modules;
    }

    void write(Map<String, Held> modules) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("boot", boot);
        ObjectNode list = json.putObject("modules");
        modules.forEach((name, held) -> {
            ObjectNode module = list.putObject(name).put("made", held.made());
            held.handles().forEach(module.putArray("handles")::add);
        });
        file.ifPresent(path -> {
            try {
                Path next = path.resolveSibling(path.getFileName() + ".new");
                Files.writeString(next, json.toString());
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.debug("event=held_devices_not_kept reason=\"{}\"", e.toString());
            }
        });
    }
}
