package io.edgeagent.samples.temperature;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.edgeagent.samples.board.EventLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the cloud and other modules want. Called from the SDK's threads; the module's own thread looks at it. */
final class Controls {
    private final SendSettings defaults;
    private final EventLog log;
    private final AtomicBoolean reset = new AtomicBoolean();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Semaphore news = new Semaphore(0);
    private volatile SendSettings settings;

    Controls(SendSettings defaults, EventLog log) {
        this.defaults = defaults;
        this.settings = defaults;
        this.log = log;
    }

    SendSettings settings() {
        return settings;
    }

    /** @param desired all desired properties */
    void replace(Map<String, Object> desired) {
        set(defaults, desired);
    }

    /** @param patch the desired properties that changed */
    void patch(Map<String, Object> patch) {
        set(settings, patch);
    }

    void reset() {
        log.info("reset asked for");
        reset.set(true);
        news.release();
    }

    /** A message on the input {@code control}: {@code {"command":"reset"}}, or an array of such. */
    void message(String body) {
        try {
            JsonElement message = JsonParser.parseString(body);
            if (message.isJsonArray()) {
                message.getAsJsonArray().forEach(this::command);
            } else {
                command(message);
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            log.warn("control message ignored, expected {\"command\":\"reset\"}: " + e.getMessage());
        }
    }

    private void command(JsonElement message) {
        JsonElement command = message.getAsJsonObject().get("command");
        String word = command == null ? "" : command.getAsString();
        // the stock module's commands are an enumeration: 0 is its first
        if (word.equalsIgnoreCase("reset") || word.equals("0")) {
            reset();
        } else if (!word.equalsIgnoreCase("noOperation") && !word.equals("1")) {
            log.warn("control message ignored, expected {\"command\":\"reset\"}: " + message);
        }
    }

    private synchronized void set(SendSettings before, Map<String, Object> desired) {
        try {
            settings = before.with(desired, defaults);
            log.info("sending "
                    + (settings.data() ? "every " + settings.interval().toMillis() + " ms" : "nothing"));
        } catch (IllegalArgumentException e) {
            log.warn("desired properties ignored: " + e.getMessage());
        }
        changed.set(true);
        news.release();
    }

    /** A reset that could not be done is done when the sensor is back. */
    void resetAgain() {
        reset.set(true);
    }

    boolean takeReset() {
        return reset.getAndSet(false);
    }

    /** Whether the settings in effect should be reported. They need no second waking. */
    boolean takeChange() {
        boolean taken = changed.getAndSet(false);
        if (taken) {
            news.drainPermits();
        }
        return taken;
    }

    void wake() {
        news.release();
    }

    /** Waits until something was asked for or the time is over. */
    void await(Duration atMost) throws InterruptedException {
        if (news.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }
}
