package io.edgeagent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.twin.MethodPayload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The payload of GetModuleLogs and UploadModuleLogs. */
record LogsRequest(List<Item> items, LogFormat format) {
    private static final int MOST_ITEMS = 100;
    private static final String ALL = "all";

    /**
     * Lines of some modules.
     *
     * @param id matches somewhere in a module's name; empty for all modules
     */
    record Item(Optional<LinearPattern> id, LogFilter filter) {}

    /** @throws IllegalArgumentException saying what is wrong */
    static LogsRequest of(JsonNode payload, Instant now) {
        JsonNode given = MethodPayload.field(payload, "items");
        List<Item> items = new ArrayList<>();
        if (given.isObject()) {
            items.add(item(given, now));
        } else {
            given.forEach(each -> items.add(item(each, now)));
        }
        if (items.isEmpty() || items.size() > MOST_ITEMS) {
            throw new IllegalArgumentException("items must be a list of 1 to " + MOST_ITEMS
                    + " objects like {\"id\":\"name of a module\",\"filter\":{\"tail\":100}}");
        }
        return new LogsRequest(items, LogFormat.of(payload));
    }

    private static Item item(JsonNode json, Instant now) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("items must hold objects");
        }
        String id = MethodPayload.text(json, "id")
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(
                        "id must be the name of a module, a regular expression for names, or \"all\""));
        return new Item(
                id.equalsIgnoreCase(ALL) ? Optional.empty() : Optional.of(LinearPattern.of("id", id, true)),
                LogFilter.of(MethodPayload.field(json, "filter"), now));
    }

    /** Which of the modules are meant; the first item that fits a module counts. */
    Map<String, LogFilter> choose(List<String> modules) {
        Map<String, LogFilter> chosen = new LinkedHashMap<>();
        for (Item item : items) {
            modules.stream()
                    .filter(module -> item.id().isEmpty() || item.id().get().isIn(module))
                    .forEach(module -> chosen.putIfAbsent(module, item.filter()));
        }
        return chosen;
    }
}
