package io.edgeagent.samples.temperature;

import java.time.Duration;
import java.util.Map;

/**
 * What the module's twin sets.
 *
 * @param data whether to send at all
 * @param interval between two messages
 */
record SendSettings(boolean data, Duration interval) {
    static final String DATA = "SendData";
    static final String INTERVAL = "SendInterval";

    private static final double LONGEST_SECONDS = 86_400;

    /**
     * These settings with the changes of a patch. A value of null gives the default back.
     *
     * @param patch desired properties; others than ours are ignored
     * @throws IllegalArgumentException naming the property that makes no sense
     */
    SendSettings with(Map<String, Object> patch, SendSettings defaults) {
        boolean newData = data;
        Duration newInterval = interval;
        if (patch.containsKey(DATA)) {
            newData = patch.get(DATA) == null ? defaults.data : data(patch.get(DATA));
        }
        if (patch.containsKey(INTERVAL)) {
            newInterval = patch.get(INTERVAL) == null ? defaults.interval : interval(patch.get(INTERVAL));
        }
        return new SendSettings(newData, newInterval);
    }

    /** Whole seconds as a whole number, as the stock module reports them. */
    Map<String, Object> reported() {
        if (interval.toMillis() % 1000 == 0) {
            return Map.of(DATA, data, INTERVAL, interval.toSeconds());
        }
        return Map.of(DATA, data, INTERVAL, interval.toMillis() / 1000.0);
    }

    private static boolean data(Object value) {
        if (value instanceof Boolean given) {
            return given;
        }
        throw new IllegalArgumentException(DATA + " is " + value + ": expected true or false");
    }

    private static Duration interval(Object value) {
        if (value instanceof Number number && number.doubleValue() >= 0.1 && number.doubleValue() <= LONGEST_SECONDS) {
            return Duration.ofMillis(Math.round(number.doubleValue() * 1000));
        }
        throw new IllegalArgumentException(INTERVAL + " is " + value + ": expected seconds from 0.1 to 86400");
    }
}
