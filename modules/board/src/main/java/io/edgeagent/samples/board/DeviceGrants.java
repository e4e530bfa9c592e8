package io.edgeagent.samples.board;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The devices that the agent has given to this container because the module's label {@code io.edge-agent.devices} asked
 * for them: an environment variable each, say {@code EDGE_DEVICE_I2C_1=/dev/i2c-1}.
 */
record DeviceGrants(Settings settings) {
    private static final Pattern BUS = Pattern.compile("/dev/i2c-([0-9]{1,3})");

    /**
     * The bus to use: what {@code I2C_BUS} says, as a number or as the name of a grant, else the only grant.
     *
     * @throws IllegalArgumentException when there are several grants and {@code I2C_BUS} does not choose
     */
    Optional<Integer> bus() {
        return one("I2C", "I2C_BUS", path -> true).map(grant -> {
            Matcher bus = BUS.matcher(grant.getValue());
            if (bus.matches()) {
                return Integer.parseInt(bus.group(1));
            }
            throw settings.bad(grant.getKey(), "a path like /dev/i2c-1");
        });
    }

    /**
     * The line to use, chosen by {@code GPIO_LINE} in the same way, which can also name chip and line itself: it must
     * where the grant is a whole chip.
     */
    Optional<LineSettings> line() {
        if (settings.text("GPIO_LINE", "").startsWith("/")) {
            return Optional.of(LineSettings.from(settings, "GPIO_LINE"));
        }
        return one("GPIO", "GPIO_LINE", path -> path.contains(":"))
                .map(grant -> LineSettings.from(settings, grant.getKey()));
    }

    private Optional<Map.Entry<String, String>> one(String kind, String chooser, Predicate<String> usable) {
        String prefix = "EDGE_DEVICE_" + kind + "_";
        Map<String, String> granted = settings.environment().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith(prefix))
                .filter(variable -> !variable.getValue().isBlank() && usable.test(variable.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
        String chosen = settings.text(chooser, "");
        if (!chosen.isEmpty()) {
            String variable = prefix + variableName(chosen);
            return Optional.ofNullable(granted.get(variable)).map(path -> Map.entry(variable, path));
        }
        if (granted.values().stream().distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "set %s: this module was given %s".formatted(chooser, String.join(", ", granted.keySet())));
        }
        return granted.entrySet().stream().findFirst();
    }

    /** How the agent writes a device's name in a variable's name. */
    private static String variableName(String device) {
        return device.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
