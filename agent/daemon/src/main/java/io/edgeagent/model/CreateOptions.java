package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The body of Docker's container create call as the manifest gives it. Kept as JSON and passed on whole: fields that we do not
 * know are the engine's business. Those that the engine knows have its spelling and their type, see {@link OptionsReader}.
 */
public final class CreateOptions {
    public static final CreateOptions EMPTY = new CreateOptions(JsonNodeFactory.instance.objectNode());

    private final ObjectNode json;

    private CreateOptions(ObjectNode json) {
        this.json = json;
    }

    /**
     * Reads the joined text as IoT Edge reads it; blank text and "null" are empty options.
     *
     * @throws ProblemException MANIFEST_INVALID with the field's name, for what is not a JSON object, for a value that is not of
     *     the field's type and cannot be converted, and for a name that is there twice in any spelling
     */
    public static CreateOptions parse(String text) {
        return OptionsReader.read(text).map(CreateOptions::new).orElse(EMPTY);
    }

    /** The value of a field, by the names that lead to it as the engine spells them; a missing node if there is none. Not to be changed. */
    public JsonNode at(String... names) {
        JsonNode value = json;
        for (String name : names) {
            value = value.path(name);
        }
        return value;
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
