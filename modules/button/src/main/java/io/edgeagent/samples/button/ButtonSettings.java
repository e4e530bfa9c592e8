package io.edgeagent.samples.button;

import io.edgeagent.samples.board.BoardSettings;
import io.edgeagent.samples.board.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** @param led base address of the LED module, ends with a slash */
record ButtonSettings(BoardSettings board, URI led, Duration poll) {

    static ButtonSettings from(Map<String, String> environment) {
        var settings = new Settings(environment);
        return new ButtonSettings(
                BoardSettings.from(settings),
                led(settings),
                Duration.ofMillis(settings.number("POLL_MS", 1_000, 10, 3_600_000)));
    }

    private static URI led(Settings settings) {
        String url = settings.text("LED_URL", "http://led-acr/");
        try {
            URI led = URI.create(url.endsWith("/") ? url : url + "/");
            if ("http".equalsIgnoreCase(led.getScheme())
                    && led.getHost() != null
                    && led.getQuery() == null
                    && led.getFragment() == null) {
                return led;
            }
        } catch (IllegalArgumentException e) {
            // answered below, like every other bad address
        }
        throw settings.bad("LED_URL", "an address like http://led-acr/ or http://192.168.1.20:8080/");
    }
}
