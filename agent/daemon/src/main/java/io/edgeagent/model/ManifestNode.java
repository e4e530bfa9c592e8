package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ProtocolException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** An object of the manifest that knows where it stands, so that every refusal names the field. */
record ManifestNode(ObjectNode json, String path) {

    /** The value of a field; Json.NET, which reads manifests for IoT Edge, finds it in any case, the exact spelling first. */
    JsonNode value(String field) {
        if (json.has(field)) {
            return json.get(field);
        }
        for (Map.Entry<String, JsonNode> other : json.properties()) {
            if (other.getKey().equalsIgnoreCase(field)) {
                return other.getValue();
            }
        }
        return MissingNode.getInstance();
    }

    /** The object in this field; empty where it is absent or null. */
    Optional<ManifestNode> object(String field) {
        JsonNode value = value(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode object) {
            return Optional.of(new ManifestNode(object, at(field)));
        }
        throw refuse(field, "must be an object");
    }

    ManifestNode requireObject(String field) {
        return object(field).orElseThrow(() -> refuse(field, "is missing"));
    }

    /** The names of this object's values that are not null, sorted. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        json.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                names.add(field.getKey());
            }
        });
        return names;
    }

    /** The objects in this object by name, sorted; empty where the field is absent. */
    Map<String, ManifestNode> objects(String field) {
        Map<String, ManifestNode> found = new TreeMap<>();
        object(field).ifPresent(parent -> parent.names().forEach(name -> found.put(name, parent.requireObject(name))));
        return found;
    }

    Optional<String> text(String field) {
        JsonNode value = value(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isTextual() || value.isNumber() || value.isBoolean()) {
            return Optional.of(value.asText());
        }
        throw refuse(field, "must be a string");
    }

    String requireText(String field) {
        return text(field).filter(value -> !value.isBlank()).orElseThrow(() -> refuse(field, "is missing or empty"));
    }

    /** One of the enum's texts, compared without regard to case. */
    <E extends Enum<E>> Optional<E> choice(String field, Class<E> type, Function<E, String> textOf) {
        return text(field).map(value -> {
            StringBuilder known = new StringBuilder();
            for (E constant : type.getEnumConstants()) {
                if (textOf.apply(constant).equalsIgnoreCase(value)) {
                    return constant;
                }
                known.append(known.isEmpty() ? "" : ", ").append(textOf.apply(constant));
            }
            throw refuse(field, "is \"" + value + "\", expected one of: " + known);
        });
    }

    long unsignedInt(String field, long absent) {
        JsonNode value = value(field);
        if (value.isMissingNode()) {
            return absent;
        }
        long number = whole(value);
        if (number < 0 || number > ModuleSpec.LAST) {
            throw refuse(field, "must be a whole number from 0 to " + ModuleSpec.LAST);
        }
        return number;
    }

    /** A whole number, also one that is written as 1.0 or as a text; -1 for anything else. */
    private static long whole(JsonNode value) {
        try {
            if (value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong()) {
                return value.longValue();
            }
            return value.isTextual() ? Long.parseLong(value.textValue().strip()) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Runs a reader of a value whose refusal does not know where the value stands. */
    <T> T at(String field, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (ProblemException e) {
            throw refuse(field, e.problem().text());
        } catch (ProtocolException e) {
            throw refuse(field, e.getMessage());
        }
    }

    RefusedDeployment refuse(String field, String why) {
        return new RefusedDeployment(DeploymentStatus.formatError(at(field) + ": " + why));
    }

    private String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    static ManifestNode empty(String path) {
        return new ManifestNode(JsonNodeFactory.instance.objectNode(), path);
    }
}
