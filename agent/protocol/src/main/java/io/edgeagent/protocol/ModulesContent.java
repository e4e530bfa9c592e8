package io.edgeagent.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A deployment manifest as the portal and {@code az iot edge set-modules} send it to applyConfigurationContent: for each module
 * the desired properties that replace what its twin holds.
 *
 * @param desired module id to its whole new desired section
 */
public record ModulesContent(Map<String, ObjectNode> desired) {
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
        JsonNode content = body.path("content").isObject() ? body.get("content") : body;
        JsonNode modules = content.path("modulesContent").isObject()
                ? content.get("modulesContent")
                : content.path("moduleContent");
        if (!modules.isObject()) {
            throw new ProtocolException("the manifest needs an object \"modulesContent\"");
        }
        Map<String, ObjectNode> desired = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> module : modules.properties()) {
            if (!(module.getValue().path(DESIRED) instanceof ObjectNode section)) {
                throw new ProtocolException(
                        "modulesContent." + module.getKey() + " needs an object \"" + DESIRED + "\"");
            }
            desired.put(module.getKey(), section);
        }
        return new ModulesContent(desired);
    }
}
