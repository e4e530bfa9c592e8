package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * One line of the agent's log, {@code event=step_done module=led step=pull ms=320}, for a person.
 *
 * @param module that it is about; empty for the agent itself
 * @param name of the event
 * @param fields all others
 */
record EventLine(Optional<Instant> time, String level, String module, String name, Map<String, String> fields) {
    private static final int MODULE_WIDTH = 16;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss");

    /** @param entry as the agent gives it */
    static EventLine of(JsonNode entry) {
        Map<String, String> fields = parse(entry.path("text").asText());
        String name = fields.getOrDefault("event", "");
        String module = fields.getOrDefault("module", "");
        fields.remove("event");
        fields.remove("module");
        return new EventLine(
                ModuleTable.time(entry.path("time").asText()),
                entry.path("level").asText(),
                module,
                name,
                fields);
    }

    /** Of logfmt: a value in quotes may have blanks, and quotes behind backslashes. Words that are no pair keep their order. */
    private static Map<String, String> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            String pair = text.substring(at, end);
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(pair.substring(0, equals), unquoted(pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                fields.merge("", pair, (one, other) -> one + " " + other);
            }
            at = end + 1;
        }
        return fields;
    }

    /** Where the word that begins here ends. */
    private static int end(String text, int from) {
        boolean quoted = false;
        for (int at = from; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '\\') {
                at++;
            } else if (next == '"') {
                quoted = !quoted;
            } else if (next == ' ' && !quoted) {
                return at;
            }
        }
        return text.length();
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted
                ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
                : value;
    }

    /** Time, module, what happened; warnings and errors say so. */
    String text(ZoneId zone) {
        StringJoiner rest = new StringJoiner(" ");
        String reason = fields.getOrDefault("reason", "");
        fields.forEach((key, value) -> {
            if (key.isEmpty()) {
                rest.add(value);
            } else if (!key.equals("reason")) {
                rest.add(key + "=" + value);
            }
        });
        String what = (name.replace('_', ' ') + " " + rest).strip() + (reason.isEmpty() ? "" : ": " + reason);
        String weight = level.equals("info") ? "" : level + ": ";
        String who = module.isEmpty() ? "-" : module;
        return time.map(at -> CLOCK.format(at.atZone(zone))).orElse("?") + "  "
                + Terminal.plain(who + " ".repeat(Math.max(0, MODULE_WIDTH - who.length())) + "  " + weight + what);
    }

    ObjectNode json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        time.ifPresent(at -> json.put("time", at.toString()));
        json.put("level", level).put("event", name);
        if (!module.isEmpty()) {
            json.put("module", module);
        }
        fields.forEach((key, value) -> json.put(key.isEmpty() ? "text" : key, value));
        return json;
    }
}
