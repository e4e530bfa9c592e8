package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What stands behind the question mark of a call. */
final class QueryString {
    private final StringBuilder text = new StringBuilder();
    private final ObjectNode filters = JsonNodeFactory.instance.objectNode();

    QueryString with(String name, String value) {
        text.append(text.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        return this;
    }

    QueryString with(String name, boolean value) {
        return with(name, String.valueOf(value));
    }

    /** One of the engine's filters, "label" or "name"; several of one name all have to hold. */
    QueryString filter(String name, String value) {
        filters.withArrayProperty(name).add(value);
        return this;
    }

    @Override
    public String toString() {
        return filters.isEmpty()
                ? text.toString()
                : text + (text.isEmpty() ? "?" : "&") + "filters="
                        + URLEncoder.encode(filters.toString(), StandardCharsets.UTF_8);
    }
}
