package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code config.yaml} of IoT Edge 1.1 and older in the words of its successor. Of YAML it reads what that file's template has: tables
 * by indentation, with texts in them.
 */
final class OldConfig {
    private static final Pattern FIRST_KEY =
            Pattern.compile("(?m)^(provisioning|agent|connect|listen|moby_runtime|hostname|homedir):(\\s|$)");
    private static final Pattern LINE = Pattern.compile("( *)([A-Za-z0-9_]{1,100}):(?: +(.*))?");
    private static final int MAX = 1 << 20;

    /** What has moved; what is of one name in both stays, and what is left out means nothing to us. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("provisioning.source", "provisioning.source"),
            Map.entry("provisioning.device_connection_string", "provisioning.connection_string"),
            Map.entry("provisioning.authentication.method", "provisioning.authentication.method"),
            Map.entry("provisioning.authentication.iothub_hostname", "provisioning.iothub_hostname"),
            Map.entry("provisioning.authentication.device_id", "provisioning.device_id"),
            Map.entry("provisioning.authentication.identity_cert", "provisioning.authentication.identity_cert"),
            Map.entry("provisioning.authentication.identity_pk", "provisioning.authentication.identity_pk"),
            Map.entry("provisioning.global_endpoint", "provisioning.global_endpoint"),
            Map.entry("provisioning.scope_id", "provisioning.id_scope"),
            Map.entry("provisioning.attestation.method", "provisioning.attestation.method"),
            Map.entry("provisioning.attestation.registration_id", "provisioning.attestation.registration_id"),
            Map.entry("provisioning.attestation.symmetric_key", "provisioning.attestation.symmetric_key.value"),
            Map.entry("provisioning.attestation.identity_cert", "provisioning.attestation.identity_cert"),
            Map.entry("provisioning.attestation.identity_pk", "provisioning.attestation.identity_pk"),
            Map.entry("certificates.device_ca_cert", "edge_ca.cert"),
            Map.entry("certificates.device_ca_pk", "edge_ca.pk"),
            Map.entry("certificates.trusted_ca_certs", "trust_bundle_cert"),
            Map.entry("hostname", "hostname"),
            Map.entry("parent_hostname", "parent_hostname"),
            Map.entry("moby_runtime.uri", "moby_runtime.uri"),
            Map.entry("moby_runtime.network", "moby_runtime.network"));

    private static final String AGENT_ENV = "agent.env.";
    private static final String EXTERNAL = "external";

    private OldConfig() {}

    static boolean looksLikeOne(String text) {
        return FIRST_KEY.matcher(text).find();
    }

    /** @throws ConfigException naming the line that is not understood, without repeating it */
    static String toToml(String yaml) {
        ObjectNode toml = JsonNodeFactory.instance.objectNode();
        take("", parse(yaml), toml);
        if (toml.at("/provisioning/source").asText().equals(EXTERNAL)) {
            throw new ConfigException(
                    "provisioning.source is \"external\", which is not supported: provision the device"
                            + " with \"manual\" or \"dps\"");
        }
        try {
            return new TomlMapper().writeValueAsString(toml);
        } catch (IOException e) {
            throw new ConfigException("the settings cannot be written as TOML: " + e.getMessage());
        }
    }

    private static void take(String prefix, JsonNode table, ObjectNode toml) {
        table.properties().forEach(entry -> {
            String name = prefix + entry.getKey();
            if (entry.getValue().isObject()) {
                take(name + ".", entry.getValue(), toml);
            } else if (name.equals("provisioning.always_reprovision_on_startup")
                    && entry.getValue().asText().equals("true")) {
                toml.put("auto_reprovisioning_mode", DeviceConfig.Reprovisioning.ALWAYS_ON_STARTUP.text());
            } else if (NAMES.containsKey(name) || name.startsWith(AGENT_ENV)) {
                put(toml, List.of(NAMES.getOrDefault(name, name).split("\\.")), entry.getValue());
            }
        });
    }

    private static void put(ObjectNode toml, List<String> path, JsonNode value) {
        ObjectNode table = toml;
        for (String key : path.subList(0, path.size() - 1)) {
            table = table.path(key) instanceof ObjectNode inner ? inner : table.putObject(key);
        }
        table.set(path.get(path.size() - 1), value);
    }

    private record Level(int indent, ObjectNode table) {}

    private static ObjectNode parse(String yaml) {
        if (yaml.length() > MAX) {
            throw new ConfigException("the file is too large for a config.yaml");
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        Deque<Level> levels = new ArrayDeque<>(List.of(new Level(0, root)));
        int number = 0;
        boolean opened = false;
        for (String line : yaml.lines().toList()) {
            number++;
            String bare = line.stripTrailing();
            if (bare.isBlank() || bare.stripLeading().startsWith("#") || bare.equals("---") || bare.equals("...")) {
                continue;
            }
            Matcher matcher = LINE.matcher(bare);
            if (!matcher.matches()) {
                throw notUnderstood(number);
            }
            int indent = matcher.group(1).length();
            if (opened && indent > levels.getFirst().indent()) {
                Level parent = levels.pop();
                levels.push(new Level(indent, parent.table()));
            } else if (opened) {
                // the table before has nothing in it
                levels.pop();
            }
            while (indent < levels.getFirst().indent() && levels.size() > 1) {
                levels.pop();
            }
            if (indent != levels.getFirst().indent()) {
                throw notUnderstood(number);
            }
            String value = withoutComment(
                    matcher.group(3) == null ? "" : matcher.group(3).strip());
            opened = value.isEmpty();
            if (opened) {
                levels.push(new Level(indent, levels.getFirst().table().putObject(matcher.group(2))));
            } else {
                levels.getFirst().table().set(matcher.group(2), scalar(value, number));
            }
        }
        return root;
    }

    private static String withoutComment(String value) {
        boolean quoted = value.startsWith("\"") || value.startsWith("'");
        int from = quoted ? Math.max(1, value.indexOf(value.charAt(0), 1)) : 0;
        int comment = value.startsWith("#") ? 0 : value.indexOf(" #", from);
        return comment < 0 ? value : value.substring(0, comment).strip();
    }

    private static JsonNode scalar(String value, int line) {
        char first = value.charAt(0);
        if (first == '"' || first == '\'') {
            if (value.length() < 2 || value.charAt(value.length() - 1) != first) {
                throw notUnderstood(line);
            }
            String inner = value.substring(1, value.length() - 1);
            return TextNode.valueOf(
                    first == '"' ? inner.replace("\\\"", "\"").replace("\\\\", "\\") : inner.replace("''", "'"));
        }
        if (value.equals("{}") || value.equals("[]") || value.equals("~") || value.equals("null")) {
            return TextNode.valueOf("");
        }
        if (Arrays.asList('{', '[', '|', '>', '&', '*', '!', '%', '@', '`').contains(first)) {
            throw notUnderstood(line);
        }
        return TextNode.valueOf(value);
    }

    private static ConfigException notUnderstood(int line) {
        return new ConfigException("line " + line + " of config.yaml is written in a way that is not understood here:"
                + " write the settings into /etc/edge-agent/config.toml with an editor; for a connection string: sudo"
                + " edge-agent config mp");
    }
}
