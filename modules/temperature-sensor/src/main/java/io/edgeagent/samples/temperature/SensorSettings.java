package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BoardSettings;
import io.edgeagent.samples.board.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings from environment variables; {@code MessageDelay} and {@code MessageCount} are those of the stock module.
 *
 * @param limit how many messages to send, negative for no limit
 */
record SensorSettings(Kind kind, BoardSettings board, Duration delay, long limit) {
    private static final Pattern TIME_SPAN = Pattern.compile("([0-9]{2}):([0-5][0-9]):([0-5][0-9])");

    /** The sensors that this module knows. */
    enum Kind {
        SHT3X,
        BME280
    }

    /** @throws IllegalArgumentException naming the variable that is wrong */
    static SensorSettings from(Map<String, String> environment) {
        var settings = new Settings(environment);
        Kind kind = kind(settings);
        return new SensorSettings(
                kind,
                BoardSettings.from(settings, kind == Kind.SHT3X ? Sht3x.ADDRESS : Bme280.ADDRESS),
                delay(settings),
                settings.text("MessageCount", "-1").equals("-1")
                        ? -1
                        : settings.number("MessageCount", 0, 0, Integer.MAX_VALUE));
    }

    private static Kind kind(Settings settings) {
        return switch (settings.text("SENSOR", "sht3x").toLowerCase(Locale.ROOT)) {
            case "sht3x" -> Kind.SHT3X;
            case "bme280" -> Kind.BME280;
            default -> throw settings.bad("SENSOR", "sht3x or bme280");
        };
    }

    private static Duration delay(Settings settings) {
        Matcher span = TIME_SPAN.matcher(settings.text("MessageDelay", "00:00:05"));
        if (span.matches()) {
            Duration delay = Duration.ofHours(Long.parseLong(span.group(1)))
                    .plusMinutes(Long.parseLong(span.group(2)))
                    .plusSeconds(Long.parseLong(span.group(3)));
            if (!delay.isZero()) {
                return delay;
            }
        }
        throw settings.bad("MessageDelay", "hours, minutes and seconds, like 00:00:05");
    }
}
