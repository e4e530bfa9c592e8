package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.DeviceConfig;
import io.edgeagent.config.TopicsConfig;
import io.edgeagent.model.Redactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What this board knows to be a secret, wherever it may turn up. */
final class KnownSecrets {
    private static final Set<String> MODULES = Set.of("modules", "systemModules");

    private KnownSecrets() {}

    static List<String> of(AgentConfig config) {
        List<String> found = new ArrayList<>();
        if (config.device().proof() instanceof DeviceConfig.Key key) {
            found.add(key.key().toBase64());
        }
        config.topics().clients().values().stream()
                .map(TopicsConfig.Secret::text)
                .forEach(found::add);
        return found;
    }

    /** Of a deployment, all that its names say is one. */
    static List<String> of(JsonNode desired) {
        List<String> found = new ArrayList<>();
        desired.properties().forEach(section -> {
            if (MODULES.contains(section.getKey())) {
                // a module's name says nothing of what is in it
                section.getValue().forEach(module -> collect(module, false, found));
            } else {
                collect(section.getValue(), Redactor.isSecret(section.getKey()), found);
            }
        });
        return found;
    }

    private static void collect(JsonNode node, boolean secret, List<String> found) {
        if (node.isValueNode()) {
            if (secret && node.isTextual()) {
                found.add(node.textValue());
            }
            return;
        }
        node.properties()
                .forEach(field -> collect(field.getValue(), secret || Redactor.isSecret(field.getKey()), found));
        if (node.isArray()) {
            node.forEach(item -> collect(item, secret, found));
        }
    }
}
