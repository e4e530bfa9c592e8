package io.edgeagent.samples.filter;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What the twin's desired property sets. From any thread.
 *
 * <p>A value that is not a temperature changes nothing, so that a slip of the pen does not flood the cloud.
 */
final class Threshold {
    static final String PROPERTY = "TemperatureThreshold";

    /** In degrees Celsius; the tutorial's. */
    static final double DEFAULT = 25;

    private volatile double celsius = DEFAULT;

    double celsius() {
        return celsius;
    }

    /**
     * Follows the desired properties; null, and absence in the whole of them, give the default back.
     *
     * @param whole whether these are all desired properties, not only those that changed
     * @throws IllegalArgumentException naming the property that makes no sense
     */
    void follow(Map<String, Object> desired, boolean whole) {
        if (!whole && !desired.containsKey(PROPERTY)) {
            return;
        }
        Object given = desired.get(PROPERTY);
        celsius = given == null ? DEFAULT : number(given);
    }

    private static double number(Object given) {
        try {
            double number = new BigDecimal(given.toString().strip()).doubleValue();
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(PROPERTY + " is " + given + ": expected degrees Celsius, like 25 or 30.5");
    }
}
