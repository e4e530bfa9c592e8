package io.edgeagent.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The properties of a message as MQTT topics carry them: {@code k=v&k=v}, both percent-encoded. System properties start with
 * "$."; clients write the dollar raw (Java) or as %24 (Node), so names are compared after decoding.
 *
 * @param values decoded names to decoded values, in wire order; a name without '=' stands for the empty value
 */
public record PropertyBag(Map<String, String> values) {
    public static final PropertyBag EMPTY = new PropertyBag(Map.of());

    public static final String MESSAGE_ID = "$.mid";
    public static final String CORRELATION_ID = "$.cid";
    public static final String CONTENT_TYPE = "$.ct";
    public static final String CONTENT_ENCODING = "$.ce";
    public static final String OUTPUT = "$.on";
    public static final String CONNECTION_DEVICE = "$.cdid";
    public static final String CONNECTION_MODULE = "$.cmid";

    public PropertyBag {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** @throws ProtocolException if the percent encoding is bad */
    public static PropertyBag parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            values.put(Percent.decode(name), equals < 0 ? "" : Percent.decode(pair.substring(equals + 1)));
        }
        return new PropertyBag(values);
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public PropertyBag with(String name, String value) {
        Map<String, String> copy = new LinkedHashMap<>(values);
        copy.put(name, value);
        return new PropertyBag(copy);
    }

    /**
     * The wire form. System properties come first: the Java SDK starts parsing at the first "%24" and loses what stands before
     * it.
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        append(text, true);
        append(text, false);
        return text.toString();
    }

    private void append(StringBuilder text, boolean system) {
        values.forEach((name, value) -> {
            if (name.startsWith("$") == system) {
                text.append(text.isEmpty() ? "" : "&")
                        .append(Percent.encode(name))
                        .append('=')
                        .append(Percent.encode(value));
            }
        });
    }
}
