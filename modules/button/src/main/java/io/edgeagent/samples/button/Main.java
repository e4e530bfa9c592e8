package io.edgeagent.samples.button;

import io.edgeagent.samples.board.Boards;
import io.edgeagent.samples.board.EventLog;
import java.security.Security;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The button module. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        EventLog log = EventLog.standardOutput();
        try {
            start(ButtonSettings.from(System.getenv()), log);
        } catch (IllegalArgumentException e) {
            log.error(e.getMessage());
            System.exit(2);
        }
    }

    private static void start(ButtonSettings settings, EventLog log) {
        // the LED's container may come back with another address; Java would remember the old one for 30 s
        Security.setProperty("networkaddress.cache.ttl", "1");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        log.info("button: posting to " + settings.led() + " every "
                + settings.poll().toMillis() + " ms");
        var poll = new ButtonPoll(Boards.button(settings.board(), log), new LedClient(settings.led()), log);
        var unused = Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(poll, 0, settings.poll().toMillis(), TimeUnit.MILLISECONDS);
    }
}
