package io.edgeagent.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.hub.route.Route;
import io.edgeagent.hub.route.RouteException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The desired properties of {@code $edgeHub} (contract 8.7, hub contract 5.4). A route that cannot be used is left out and named;
 * the others count. That differs from IoT Edge, which refuses all of them.
 *
 * @param version of the desired properties
 * @param routes by name
 * @param timeToLive seconds that a message waits at most where its route does not say; negative for ever
 * @param maxBytes that the store may take; empty where the twin does not say
 * @param problems what is wrong, in words for the person who wrote it; empty if all is well
 */
public record HubSettings(
        long version, Map<String, RouteRule> routes, long timeToLive, OptionalLong maxBytes, List<String> problems) {
    /** The portal's default. */
    public static final long DEFAULT_TIME_TO_LIVE = 7200;

    /** Of a route that names none: behind all that do. */
    public static final int LOWEST_PRIORITY = 2_000_000_000;

    private static final long MAX_UINT = 0xffff_ffffL;

    /**
     * One route.
     *
     * @param priority 0 first, to 9; {@link #LOWEST_PRIORITY} where none is given
     * @param timeToLive seconds; empty for the hub's
     */
    public record RouteRule(Route route, int priority, OptionalLong timeToLive) {}

    public static final HubSettings NONE =
            new HubSettings(0, Map.of(), DEFAULT_TIME_TO_LIVE, OptionalLong.empty(), List.of());

    /** The settings could not be understood as a whole: those before stay. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /** @throws Refused if no part of it can be used */
    public static HubSettings parse(JsonNode desired) throws Refused {
        int minor = minorVersion(desired.path("schemaVersion"));
        List<String> problems = new ArrayList<>();
        Map<String, RouteRule> routes = new TreeMap<>();
        JsonNode given = desired.path("routes");
        if (!given.isObject() && !(given.isMissingNode() || given.isNull())) {
            throw new Refused("routes must be an object");
        }
        given.properties().forEach(entry -> {
            try {
                rule(entry.getValue(), minor).ifPresent(rule -> routes.put(entry.getKey(), rule));
            } catch (RouteException e) {
                problems.add("route " + entry.getKey() + ", character " + (e.position() + 1) + ": " + e.getMessage());
            } catch (IllegalArgumentException e) {
                problems.add("route " + entry.getKey() + ": " + e.getMessage());
            }
        });
        JsonNode storage = desired.path("storeAndForwardConfiguration");
        return new HubSettings(
                desired.path("$version").asLong(0),
                routes,
                storage.hasNonNull("timeToLiveSecs")
                        ? whole(storage.path("timeToLiveSecs"), "storeAndForwardConfiguration.timeToLiveSecs", problems)
                                .orElse(DEFAULT_TIME_TO_LIVE)
                        : DEFAULT_TIME_TO_LIVE,
                whole(storage.path("storeLimits").path("maxSizeBytes"), "storeLimits.maxSizeBytes", problems),
                List.copyOf(problems));
    }

    private static int minorVersion(JsonNode given) throws Refused {
        String[] parts = given.asText("").split("\\.", -1);
        if (parts.length < 2 || parts.length > 4 || !parts[0].equals("1")) {
            throw new Refused("schemaVersion must be 1.0, 1.1, 1.2 or 1.3, not " + given);
        }
        try {
            int minor = Integer.parseInt(parts[1]);
            if (minor >= 0 && minor <= 3) {
                return minor;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Refused("schemaVersion must be 1.0, 1.1, 1.2 or 1.3, not " + given);
    }

    private static OptionalLong whole(JsonNode given, String name, List<String> problems) {
        if (given.isMissingNode() || given.isNull()) {
            return OptionalLong.empty();
        }
        try {
            // Json.NET takes numbers in strings, and whole ones written as reals
            return OptionalLong.of(new BigDecimal(given.asText().strip()).longValueExact());
        } catch (ArithmeticException | NumberFormatException e) {
            problems.add(name + " must be a whole number");
            return OptionalLong.empty();
        }
    }

    private static Optional<RouteRule> rule(JsonNode given, int minor) throws RouteException {
        if (given.isNull()) {
            return Optional.empty();
        }
        if (given.isTextual()) {
            // a blank route is left out by schema 1.0
            return given.textValue().isBlank() && minor == 0
                    ? Optional.empty()
                    : Optional.of(new RouteRule(Route.parse(given.textValue()), LOWEST_PRIORITY, OptionalLong.empty()));
        }
        if (!given.isObject() || !given.path("route").isTextual()) {
            throw new IllegalArgumentException("it must be a text, or an object with the text \"route\"");
        }
        List<String> problems = new ArrayList<>();
        OptionalLong priority = whole(given.path("priority"), "priority", problems);
        OptionalLong timeToLive = whole(given.path("timeToLiveSecs"), "timeToLiveSecs", problems);
        if (priority.isPresent() && (priority.getAsLong() < 0 || priority.getAsLong() > 9)) {
            problems.add("priority must be 0 to 9");
        }
        if (timeToLive.isPresent() && (timeToLive.getAsLong() < 0 || timeToLive.getAsLong() > MAX_UINT)) {
            problems.add("timeToLiveSecs must be 0 to " + MAX_UINT);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return Optional.of(new RouteRule(
                Route.parse(given.path("route").textValue()),
                (int) priority.orElse(LOWEST_PRIORITY),
                timeToLive.orElse(0) == 0 ? OptionalLong.empty() : timeToLive));
    }
}
