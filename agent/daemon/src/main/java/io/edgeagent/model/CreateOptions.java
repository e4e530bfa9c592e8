package io.edgeagent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The body of Docker's container create call as the manifest gives it. Kept as JSON and passed on whole: fields that we do not
 * know are the engine's business.
 */
public final class CreateOptions {
    public static final CreateOptions EMPTY = new CreateOptions(JsonNodeFactory.instance.objectNode());

    private final ObjectNode json;

    private CreateOptions(ObjectNode json) {
        this.json = json;
    }

    /** Reads the joined text; blank text and "null" are empty options. @throws ProblemException if it is no JSON object */
    public static CreateOptions parse(String text) {
        if (text.isBlank()) {
            return EMPTY;
        }
        JsonNode parsed;
        try {
            parsed = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ProblemException(
                    ErrorCode.MANIFEST_INVALID,
                    "createOptions are no JSON: " + Json.explain(e) + "; check quotes and commas",
                    e);
        }
        if (parsed.isNull()) {
            return EMPTY;
        }
        if (!(parsed instanceof ObjectNode object)) {
            throw invalid("must be a JSON object, they are "
                    + parsed.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        respell(object, "Image", "Env", "Labels", "ExposedPorts", "HostConfig", "NetworkingConfig");
        respell(object.path("HostConfig"), "NetworkMode", "PortBindings", "LogConfig");
        respell(object.path("NetworkingConfig"), "EndpointsConfig");
        requireObjects(object, "Labels", "HostConfig", "NetworkingConfig");
        requireObjects(object.path("NetworkingConfig"), "EndpointsConfig");
        if (!object.path("Env").isMissingNode()
                && !object.path("Env").isNull()
                && !object.path("Env").isArray()) {
            throw invalid("Env must be an array of \"NAME=value\"");
        }
        trimPorts(object.path("ExposedPorts"));
        trimPorts(object.path("HostConfig").path("PortBindings"));
        return new CreateOptions(object);
    }

    /** A copy that the caller may change. */
    public ObjectNode toJson() {
        return json.deepCopy();
    }

    /** The part HostConfig, to be read only. */
    public JsonNode hostConfig() {
        return json.path("HostConfig");
    }

    /** The value of a label that the module asks for. */
    public Optional<String> label(String name) {
        JsonNode value = json.path("Labels").path(name);
        return value.isTextual() ? Optional.of(value.textValue().strip()) : Optional.empty();
    }

    /** The same text for the same options, whatever the order of their keys. */
    public String canonical() {
        return Json.canonical(json);
    }

    // the engine reads names without regard to case (Go, encoding/json), and what we look at must be what it sees
    private static void respell(JsonNode node, String... names) {
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        for (String name : names) {
            List<String> spellings = object.properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(name::equalsIgnoreCase)
                    .toList();
            if (spellings.size() > 1) {
                throw invalid(name + " is given twice, as " + String.join(" and ", spellings));
            }
            spellings.forEach(spelling -> object.set(name, object.remove(spelling)));
        }
    }

    // the fields that we add to
    private static void requireObjects(JsonNode parent, String... fields) {
        for (String field : fields) {
            JsonNode value = parent.path(field);
            if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
                throw invalid(field + " must be an object");
            }
        }
    }

    private static ProblemException invalid(String why) {
        return new ProblemException(ErrorCode.MANIFEST_INVALID, "createOptions: " + why);
    }

    // "8883/tcp " with a blank is found in published manifests; the engine refuses it
    private static void trimPorts(JsonNode ports) {
        if (ports instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> port : object.deepCopy().properties()) {
                object.remove(port.getKey());
                object.set(port.getKey().strip(), port.getValue());
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CreateOptions that && json.equals(that.json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return "CreateOptions" + json.size();
    }
}
