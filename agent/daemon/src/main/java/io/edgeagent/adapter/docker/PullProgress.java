package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** What the engine tells of one pull: sums up its layers for people, and fails where it tells of an error. */
final class PullProgress {
    /** After so long without a word a pull is given up. */
    static final Duration SILENCE = Duration.ofMinutes(10);

    static final Fields FIELDS =
            Fields.of("id", "status", "progressDetail/current", "progressDetail/total", "error", "errorDetail/message");

    private static final long TOLD_EVERY = Duration.ofSeconds(2).toNanos();
    // of engines; a registry can name as many as it likes
    private static final int MOST_LAYERS = 128;

    private final Consumer<String> progress;
    private final Map<String, long[]> layers = new HashMap<>();
    private long lastTold = System.nanoTime();

    PullProgress(Consumer<String> progress) {
        this.progress = progress;
    }

    /** @throws EngineReplyException with the engine's words if the pull failed */
    void accept(JsonNode item) {
        String error = item.path("errorDetail")
                .path("message")
                .asText(item.path("error").asText(""));
        if (!error.isEmpty()) {
            throw new EngineReplyException(200, error);
        }
        String id = item.path("id").asText("");
        JsonNode detail = item.path("progressDetail");
        long[] known = layers.get(id);
        if (!id.isEmpty() && item.path("status").asText("").equals("Downloading")) {
            if (known != null || layers.size() < MOST_LAYERS) {
                layers.put(id, new long[] {
                    detail.path("current").asLong(), detail.path("total").asLong()
                });
            }
        } else if (known != null) {
            known[0] = known[1];
        }
        long now = System.nanoTime();
        if (now - lastTold >= TOLD_EVERY && !layers.isEmpty()) {
            lastTold = now;
            progress.accept(summary());
        }
    }

    private String summary() {
        long current = 0;
        long total = 0;
        for (long[] layer : layers.values()) {
            current += layer[0];
            total += layer[1];
        }
        return String.format(
                Locale.ROOT,
                "%.1f of %.1f MB, %d%%",
                current / 1e6,
                total / 1e6,
                total == 0 ? 0 : current * 100 / total);
    }
}
