package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Section {@code [devices]}, which is ours.
 *
 * @param privileged "allow", "narrow" or "refuse"
 * @param aliases names of devices on this board, by the operator: qwiic for "i2c:1"
 * @param allow paths of disks and of memory that modules may ask for
 */
public record DevicesConfig(String privileged, Map<String, String> aliases, Set<String> allow) {
    private static final List<String> PRIVILEGED = List.of("allow", "narrow", "refuse");

    public DevicesConfig {
        aliases = Collections.unmodifiableMap(new TreeMap<>(aliases));
        allow = Collections.unmodifiableSet(new TreeSet<>(allow));
    }

    static DevicesConfig of(JsonNode toml, Findings findings) {
        JsonNode section = toml.path("devices");
        return new DevicesConfig(
                findings.read("allow", () -> privileged(section)),
                findings.read(Map.of(), () -> aliases(section.path("aliases"))),
                findings.read(Set.of(), () -> allow(section.path("allow"))));
    }

    private static String privileged(JsonNode section) {
        String text = section.path("privileged").asText("allow");
        if (!PRIVILEGED.contains(text)) {
            throw new ConfigException(
                    "devices.privileged is \"" + text + "\", expected " + String.join(", ", PRIVILEGED));
        }
        return text;
    }

    private static Map<String, String> aliases(JsonNode table) {
        if (!table.isMissingNode() && !table.isObject()) {
            throw new ConfigException("devices.aliases is not a table, expected an entry such as qwiic = \"i2c:1\"");
        }
        Map<String, String> aliases = new TreeMap<>();
        table.properties().forEach(entry -> {
            if (!entry.getValue().isTextual() || !entry.getValue().textValue().contains(":")) {
                throw new ConfigException("devices.aliases." + entry.getKey()
                        + " must be a kind and a name in quotes, such as \"i2c:1\"");
            }
            aliases.put(entry.getKey(), entry.getValue().textValue().strip());
        });
        return aliases;
    }

    private static Set<String> allow(JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigException("devices.allow is not a list, expected for example [\"/dev/sda\"]");
        }
        Set<String> paths = new TreeSet<>();
        list.forEach(path -> {
            if (!path.asText().startsWith("/dev/")) {
                throw new ConfigException(
                        "devices.allow names \"" + path.asText() + "\", expected a path such as \"/dev/sda\"");
            }
            paths.add(path.asText());
        });
        return paths;
    }
}
