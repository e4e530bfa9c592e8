package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.TwinPatch;
import java.util.Map;

/** Between the SDK's collections and our trees. Nulls, which delete, and whole numbers survive both ways. */
final class TwinJson {
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private TwinJson() {}

    /** With $version, as on the wire. */
    static ObjectNode toTree(TwinCollection collection) {
        try {
            ObjectNode tree =
                    (ObjectNode) Json.MAPPER.readTree(collection.toJsonElement().toString());
            if (collection.getVersion() != null) {
                tree.put(TwinPatch.VERSION, collection.getVersion().longValue());
            }
            return tree;
        } catch (JsonProcessingException | ClassCastException e) {
            throw new ProblemException(ErrorCode.INTERNAL, "the SDK gave a twin that is not a JSON object", e);
        }
    }

    static TwinCollection toCollection(ObjectNode tree) {
        return new TwinCollection(Json.MAPPER.convertValue(tree, MAP));
    }
}
