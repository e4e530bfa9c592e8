package io.edgeagent.samples.board;

import com.diozero.api.GpioPullUpDown;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a GPIO chip, and how a button or an LED is wired to it.
 *
 * @param chip path of its character device
 * @param offset the kernel's number of the line on that chip
 * @param activeLow whether 0 V means pressed or lit
 * @param pull the resistor in the chip that an open button needs
 */
record LineSettings(String chip, int offset, boolean activeLow, GpioPullUpDown pull) {
    private static final Pattern FORM = Pattern.compile("(/dev/gpiochip[0-9]{1,3}):([0-9]{1,4})");

    /** @param variable whose value is like {@code /dev/gpiochip0:17} */
    static LineSettings from(Settings settings, String variable) {
        Matcher parts = FORM.matcher(settings.text(variable, ""));
        if (!parts.matches()) {
            throw settings.bad(variable, "chip and line, like /dev/gpiochip0:17");
        }
        return new LineSettings(parts.group(1), Integer.parseInt(parts.group(2)), activeLow(settings), pull(settings));
    }

    private static boolean activeLow(Settings settings) {
        return switch (settings.text("GPIO_ACTIVE", "high").toLowerCase(Locale.ROOT)) {
            case "high" -> false;
            case "low" -> true;
            default -> throw settings.bad("GPIO_ACTIVE", "high or low");
        };
    }

    private static GpioPullUpDown pull(Settings settings) {
        return switch (settings.text("GPIO_PULL", "none").toLowerCase(Locale.ROOT)) {
            case "none" -> GpioPullUpDown.NONE;
            case "up" -> GpioPullUpDown.PULL_UP;
            case "down" -> GpioPullUpDown.PULL_DOWN;
            default -> throw settings.bad("GPIO_PULL", "none, up or down");
        };
    }

    @Override
    public String toString() {
        return chip + ":" + offset + (activeLow ? ", active low" : "");
    }
}
