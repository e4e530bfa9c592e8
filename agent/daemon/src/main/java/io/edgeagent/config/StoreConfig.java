package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;

/**
 * Section {@code [hub]}, ours: the disk that the built-in hub's messages may take.
 *
 * @param bytes {@code hub.max_store_mb}; empty for the default, and for what the twin of {@code $edgeHub} says
 * @param refusesWhenFull {@code hub.when_full}: {@code "refuse"} refuses new messages, {@code "drop-oldest"}, the default, makes
 *     room for them
 */
public record StoreConfig(OptionalLong bytes, boolean refusesWhenFull) {
    public static final StoreConfig DEFAULT = new StoreConfig(OptionalLong.empty(), false);

    private static final int LEAST_MB = 4;
    private static final int MOST_MB = 1_000_000;

    static StoreConfig of(JsonNode hub, Findings findings) {
        return new StoreConfig(
                findings.read(OptionalLong.empty(), () -> bytes(hub.path("max_store_mb"))),
                findings.read(false, () -> refuses(hub.path("when_full"))));
    }

    private static OptionalLong bytes(JsonNode given) {
        if (given.isMissingNode()) {
            return OptionalLong.empty();
        }
        String text = given.asText();
        if (!text.matches("\\d{1,7}") || Integer.parseInt(text) < LEAST_MB || Integer.parseInt(text) > MOST_MB) {
            throw wrong("max_store_mb", text, "a number from " + LEAST_MB + " to " + MOST_MB);
        }
        return OptionalLong.of(Long.parseLong(text) << 20);
    }

    private static boolean refuses(JsonNode given) {
        String text = given.asText("drop-oldest");
        return switch (text) {
            case "refuse" -> true;
            case "drop-oldest" -> false;
            default -> throw wrong("when_full", text, "\"drop-oldest\" or \"refuse\"");
        };
    }

    private static ConfigException wrong(String key, String value, String expected) {
        return new ConfigException(
                "hub." + key + " is \"" + value.replaceAll("[^ -~]", "?") + "\", expected " + expected);
    }
}
