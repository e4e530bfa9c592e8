package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.x509.AlternativeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code moby_runtime.network}: a name, or a table with name, ipv6 and ipam as IoT Edge has it. It counts when the network is made;
 * one that is there stays as it is.
 */
public record NetworkConfig(String name, boolean ipv6, List<Pool> pools) {
    static final NetworkConfig DEFAULT = new NetworkConfig("azure-iot-edge", false, List.of());

    private static final String KEY = "moby_runtime.network";
    // what the engine takes for a network's name
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
    private static final Pattern RANGE = Pattern.compile("([0-9A-Fa-f:.]{2,45})/([0-9]{1,3})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    /** One of {@code ipam.config}. */
    public record Pool(Optional<String> subnet, Optional<String> gateway, Optional<String> ipRange) {}

    public NetworkConfig {
        pools = List.copyOf(pools);
    }

    static NetworkConfig of(JsonNode section, Map<String, String> environment) {
        JsonNode network = section.path("network");
        if (!network.isMissingNode() && !network.isTextual() && !network.isObject()) {
            throw new ConfigException(KEY + " is neither a name in quotes nor a table with name, ipv6 and ipam");
        }
        String name = Toml.variable(environment, "EDGE_AGENT_NETWORK")
                .or(() -> Toml.text(section, "network"))
                .or(() -> Toml.text(network, "name"))
                .orElse(DEFAULT.name());
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(KEY + " is \"" + name.replaceAll("[^ -~]", "?")
                    + "\", expected letters, digits, '_', '.' and '-', a letter or digit first");
        }
        JsonNode ipv6 = network.path("ipv6");
        if (!ipv6.isMissingNode() && !ipv6.isBoolean()) {
            throw new ConfigException(KEY + ".ipv6 is neither true nor false (write it without quotes)");
        }
        return new NetworkConfig(name, ipv6.asBoolean(false), pools(network.path("ipam")));
    }

    private static List<Pool> pools(JsonNode ipam) {
        JsonNode config = ipam.path("config");
        if (ipam.isMissingNode() || config.isMissingNode()) {
            return List.of();
        }
        if (!config.isArray()) {
            throw new ConfigException(
                    KEY + ".ipam.config is not a list: write [[" + KEY + ".ipam.config]] above its keys");
        }
        List<Pool> pools = new ArrayList<>();
        config.forEach(pool -> pools.add(new Pool(
                text(pool, "subnet", RANGE, "such as \"172.20.0.0/16\""),
                text(pool, "gateway", ADDRESS, "such as \"172.20.0.1\""),
                text(pool, "ip_range", RANGE, "such as \"172.20.10.0/24\""))));
        return pools;
    }

    private static Optional<String> text(JsonNode pool, String key, Pattern form, String example) {
        JsonNode value = pool.path(key);
        Optional<String> text = Toml.text(pool, key);
        boolean good = text.map(given -> form.matcher(given).matches()
                        && AlternativeName.of(given.replaceFirst("/.*", "")).isPresent())
                .orElse(value.isMissingNode());
        if (!good) {
            throw new ConfigException(KEY + ".ipam.config." + key + " is \""
                    + value.asText().replaceAll("[^ -~]", "?") + "\", expected " + example);
        }
        return text;
    }
}
