package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.x509.AlternativeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Section {@code [hub]}, which is ours.
 *
 * @param enabled false: modules talk to IoT Hub directly, and routes have no effect. {@code EDGE_AGENT_HUB} goes before the file
 * @param listen addresses of this host, besides those that modules use, at which the built-in hub is to be reached; "0.0.0.0" for
 *     all
 * @param names host names and addresses that the hub's certificate has besides its own
 */
public record HubConfig(boolean enabled, List<String> listen, List<String> names) {
    static final HubConfig DEFAULT = new HubConfig(true, List.of(), List.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:*-]{1,253}");
    private static final String VARIABLE = "EDGE_AGENT_HUB";

    public HubConfig {
        listen = List.copyOf(listen);
        names = List.copyOf(names);
    }

    static HubConfig of(JsonNode section, Map<String, String> environment) {
        return new HubConfig(
                enabled(section.path("enabled"), environment),
                listen(section.path("listen")),
                names(section.path("names")));
    }

    private static boolean enabled(JsonNode enabled, Map<String, String> environment) {
        if (!enabled.isMissingNode() && !enabled.isBoolean()) {
            throw new ConfigException("hub.enabled is neither true nor false (write it without quotes)");
        }
        return Toml.variable(environment, VARIABLE).map(HubConfig::isOn).orElse(enabled.asBoolean(DEFAULT.enabled()));
    }

    private static boolean isOn(String variable) {
        return switch (variable) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new ConfigException(VARIABLE + " is \"" + variable + "\", expected on or off");
        };
    }

    private static List<String> names(JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigException("hub.names is not a list, expected for example [\"gateway.example.com\"]");
        }
        List<String> names = new ArrayList<>();
        list.forEach(name -> {
            String text = name.asText();
            if (!name.isTextual()
                    || AlternativeName.of(text).isEmpty()
                    || !NAME.matcher(text).matches()) {
                throw new ConfigException("hub.names has \"" + text.replaceAll("[^ -~]", "?")
                        + "\", expected a host name or an address, such as \"gateway.example.com\"");
            }
            names.add(text);
        });
        return names;
    }

    private static List<String> listen(JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigException(
                    "hub.listen is not a list, expected for example [\"192.168.1.10\"] or [\"0.0.0.0\"]");
        }
        List<String> addresses = new ArrayList<>();
        list.forEach(address -> {
            String text = address.asText();
            // no name is looked up for it: at start there may be no network yet
            if (AlternativeName.of(text)
                    .filter(AlternativeName.Ip.class::isInstance)
                    .isEmpty()) {
                throw new ConfigException("hub.listen names \"" + text.replaceAll("[^ -~]", "?")
                        + "\", expected an address such as \"192.168.1.10\", or \"0.0.0.0\" for all");
            }
            addresses.add(text);
        });
        return addresses;
    }
}
