package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.x509.AlternativeName;
import java.util.ArrayList;
import java.util.List;

/**
 * Section {@code [hub]}, which is ours.
 *
 * @param listen addresses of this host, besides those that modules use, at which the built-in hub is to be reached; "0.0.0.0" for
 *     all
 */
public record HubConfig(List<String> listen) {
    static final HubConfig DEFAULT = new HubConfig(List.of());

    public HubConfig {
        listen = List.copyOf(listen);
    }

    static HubConfig of(JsonNode section) {
        JsonNode list = section.path("listen");
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
        return new HubConfig(addresses);
    }
}
