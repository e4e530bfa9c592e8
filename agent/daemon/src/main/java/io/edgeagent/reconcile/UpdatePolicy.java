package io.edgeagent.reconcile;

import io.edgeagent.model.ModuleSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a module's container is replaced by a newer one. A module chooses by labels in its createOptions, the device by
 * configuration for all others.
 *
 * @param rollback keep the old container until the new one has proved itself, and go back to it if it does not
 * @param settle how long a container without HEALTHCHECK must run to have proved itself
 */
public record UpdatePolicy(boolean rollback, Duration settle) {
    /** {@code rollback} or {@code replace}. */
    public static final String UPDATE_LABEL = "io.edge-agent.update";

    /** {@code 45s}, {@code 5m}, or seconds. */
    public static final String SETTLE_LABEL = "io.edge-agent.settle";

    /** What IoT Edge does: the old container goes before the new one is made. */
    public static final UpdatePolicy REPLACE = new UpdatePolicy(false, Duration.ofSeconds(30));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|h)?");

    /** This policy with the module's own labels over it. A label that makes no sense counts as absent. */
    public UpdatePolicy of(ModuleSpec spec) {
        Optional<String> update = spec.createOptions().label(UPDATE_LABEL);
        return new UpdatePolicy(
                update.map(text -> text.equals("rollback") || (rollback && !text.equals("replace")))
                        .orElse(rollback),
                spec.createOptions()
                        .label(SETTLE_LABEL)
                        .flatMap(UpdatePolicy::duration)
                        .orElse(settle));
    }

    /** Reads a duration. */
    public static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofSeconds(number);
                });
    }
}
