package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The edge device above this one (nested edge): it stands between this device and the IoT Hub, and often a registry is beside it.
 *
 * @param name host name by which it is reached; empty for a device that reaches the IoT Hub itself
 */
public record ParentHost(Optional<String> name) {
    public static final ParentHost NONE = new ParentHost(Optional.empty());

    private static final String UPSTREAM = "$upstream";

    /** The host to connect to for the IoT Hub. */
    public String inPlaceOf(String hubHost) {
        return name.orElse(hubHost);
    }

    /** Who that is, for a person. */
    public String inWords(String hubHost) {
        return name.map(parent -> "the parent " + parent).orElse("the hub " + hubHost);
    }

    /** An address or a name of an image, with the parent's name where it begins with {@code $upstream}. */
    public String resolve(String address) {
        String text = address.strip();
        return name.isPresent() && asksForParent(text) ? name.get() + text.substring(UPSTREAM.length()) : address;
    }

    /** Whether it begins with {@code $upstream}, alone, with a port or with a path. */
    static boolean asksForParent(String text) {
        return text.startsWith(UPSTREAM)
                && (text.length() == UPSTREAM.length() || ":/".indexOf(text.charAt(UPSTREAM.length())) >= 0);
    }

    /** Images and addresses of registries in desired properties, as IoT Edge replaces them. */
    void resolveIn(ObjectNode desired) {
        for (String section : List.of("systemModules", "modules")) {
            desired.path(section).forEach(module -> resolve(module.path("settings"), "image"));
        }
        desired.at("/runtime/settings/registryCredentials").forEach(login -> resolve(login, "address"));
    }

    private void resolve(JsonNode node, String field) {
        if (node instanceof ObjectNode object && object.path(field).isTextual()) {
            object.put(field, resolve(object.path(field).asText()));
        }
    }
}
