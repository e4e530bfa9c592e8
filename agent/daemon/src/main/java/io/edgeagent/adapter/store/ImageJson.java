package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.PulledImage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@link PulledImage} in the file. */
final class ImageJson {
    private static final String UNUSED = "unusedSeconds";

    private ImageJson() {}

    static ObjectNode write(PulledImage image) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        image.names().forEach(json.putArray("names")::add);
        image.unusedFor().ifPresent(unused -> json.put(UNUSED, unused.toSeconds()));
        return json;
    }

    static PulledImage read(String id, JsonNode json) {
        Set<String> names = new TreeSet<>();
        json.path("names").forEach(name -> names.add(name.asText()));
        JsonNode unused = json.path(UNUSED);
        return new PulledImage(
                id,
                names,
                unused.canConvertToLong()
                        ? Optional.of(Duration.ofSeconds(Math.max(0, unused.longValue())))
                        : Optional.empty());
    }
}
