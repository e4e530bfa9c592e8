package io.edgeagent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;
import java.util.TreeMap;

/** The one JSON mapper, bounded against hostile text, and helpers on trees. */
public final class Json {
    public static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxDocumentLength(4L << 20)
                            .build())
                    .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Compact text with the keys of every object sorted. */
    public static String canonical(JsonNode node) {
        StringBuilder text = new StringBuilder();
        append(node, text);
        return text.toString();
    }

    /** Where and why a text is not valid JSON, without quoting the text, which may hold secrets. */
    public static String explain(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        " at line %d, column %d",
                        e.getLocation().getLineNr(),
                        e.getLocation().getColumnNr());
        return "unexpected text" + where;
    }

    private static void append(JsonNode node, StringBuilder text) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            String separator = "{";
            for (var field : sorted.entrySet()) {
                text.append(separator)
                        .append(MAPPER.getNodeFactory().textNode(field.getKey()))
                        .append(':');
                append(field.getValue(), text);
                separator = ",";
            }
            text.append(sorted.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String separator = "[";
            for (JsonNode item : node) {
                text.append(separator);
                append(item, text);
                separator = ",";
            }
            text.append(node.isEmpty() ? "[]" : "]");
        } else {
            text.append(node);
        }
    }
}
