package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keeps the disk from filling up. Sections {@code [logs]} and {@code [disk]} are ours; {@code [image_garbage_collection]} is
 * IoT Edge's, of which {@code cleanup_time} is not used: boards without a clock have no midnight.
 *
 * @param logSize {@code logs.max_size} of one log file, as Docker writes sizes; empty for "none": logs are not capped
 * @param logFiles {@code logs.max_files} of a container
 * @param cleanup {@code enabled}: whether images that we pulled and nobody uses are removed
 * @param cleanupEvery {@code cleanup_recurrence}
 * @param imageAge {@code image_age_cleanup_threshold}: how long an image must be unused
 * @param minFreeBytes {@code disk.min_free_mb} that a pull must leave free, 0 for none; empty for the default
 */
public record LimitsConfig(
        Optional<String> logSize,
        int logFiles,
        boolean cleanup,
        Duration cleanupEvery,
        Duration imageAge,
        OptionalLong minFreeBytes) {

    private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,8}[kmgKMG]?[bB]?");
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,6})\\s*(s|sec|secs|seconds?|m|mins?|minutes?|h|hours?|hrs?|d|days?|w|weeks?)");
    private static final int MOST_FILES = 1000;
    private static final long MB = 1_000_000;

    static LimitsConfig of(JsonNode toml, Findings findings) {
        JsonNode logs = toml.path("logs");
        JsonNode images = toml.path("image_garbage_collection");
        return new LimitsConfig(
                findings.read(Optional.empty(), () -> logSize(logs)),
                findings.read(3, () ->
                        (int) number(logs, "logs", "max_files", 1, MOST_FILES).orElse(3)),
                findings.read(true, () -> enabled(images)),
                findings.read(Duration.ZERO, () -> duration(images, "cleanup_recurrence", Duration.ofHours(1))),
                findings.read(Duration.ZERO, () -> duration(images, "image_age_cleanup_threshold", Duration.ofDays(7))),
                findings.read(OptionalLong.empty(), () -> minFree(toml.path("disk"))));
    }

    private static Optional<String> logSize(JsonNode logs) {
        String size = logs.path("max_size").asText("10m");
        if (size.equals("none")) {
            return Optional.empty();
        }
        if (!SIZE.matcher(size).matches()) {
            throw wrong("logs.max_size", size, "a size such as \"10m\", or \"none\"");
        }
        return Optional.of(size);
    }

    private static boolean enabled(JsonNode images) {
        JsonNode enabled = images.path("enabled");
        if (!enabled.isMissingNode() && !enabled.isBoolean()) {
            throw wrong("image_garbage_collection.enabled", enabled.asText(), "true or false");
        }
        return enabled.asBoolean(true);
    }

    private static OptionalLong minFree(JsonNode disk) {
        OptionalLong given = number(disk, "disk", "min_free_mb", 0, Integer.MAX_VALUE);
        return given.isPresent() ? OptionalLong.of(given.getAsLong() * MB) : given;
    }

    private static OptionalLong number(JsonNode section, String name, String key, long least, long most) {
        JsonNode value = section.path(key);
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        // Docker's own options write numbers as text
        String text = value.asText();
        if (!text.matches("\\d{1,10}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw wrong(name + "." + key, text, "a number from " + least + " to " + most);
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private static Duration duration(JsonNode section, String key, Duration otherwise) {
        JsonNode value = section.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(value.asText().strip());
        Duration duration = matcher.matches() ? duration(matcher) : Duration.ZERO;
        if (duration.isZero()) {
            throw wrong("image_garbage_collection." + key, value.asText(), "a time such as \"7d\" or \"12h\"");
        }
        return duration;
    }

    private static Duration duration(Matcher matcher) {
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).charAt(0)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> Duration.ofDays(number * 7);
        };
    }

    private static ConfigException wrong(String key, String value, String expected) {
        return new ConfigException(key + " is \"" + value + "\", expected " + expected);
    }
}
