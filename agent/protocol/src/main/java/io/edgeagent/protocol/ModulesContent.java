package io.edgeagent.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A deployment manifest as the portal and {@code az iot edge set-modules} send it to applyConfigurationContent: for each module
 * the desired properties that replace what its twin holds.
 *
 * @param desired module id to its whole new desired section; empty where the manifest only names the module ({@code {}})
 */
public record ModulesContent(Map<String, Optional<ObjectNode>> desired) {
    private static final String DESIRED = "properties.desired";

    public ModulesContent {
        desired = Collections.unmodifiableMap(new LinkedHashMap<>(desired));
    }

    /**
     * Reads {@code {"modulesContent":{..}}}, also inside {@code "content"}, also under its old name {@code moduleContent}.
     *
     * @throws ProtocolException naming the module whose content is malformed
     */
    public static ModulesContent parse(JsonNode body) {
        JsonNode root = body.path("content").isObject() ? body.get("content") : body;
        JsonNode modules =
                root.path("modulesContent").isObject() ? root.get("modulesContent") : root.path("moduleContent");
        if (!modules.isObject()) {
            throw new ProtocolException("the manifest needs an object \"modulesContent\"");
        }
        Map<String, Optional<ObjectNode>> desired = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> module : modules.properties()) {
            if (module.getValue().path(DESIRED) instanceof ObjectNode section) {
                desired.put(module.getKey(), Optional.of(section));
            } else if (module.getValue() instanceof ObjectNode content && content.isEmpty()) {
                desired.put(module.getKey(), Optional.empty());
            } else {
                throw new ProtocolException(
                        "modulesContent." + module.getKey() + " needs an object \"" + DESIRED + "\", or must be {}");
            }
        }
        return new ModulesContent(desired);
    }
}
