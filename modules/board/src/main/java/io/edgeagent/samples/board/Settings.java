package io.edgeagent.samples.board;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings from environment variables. An empty variable counts as unset, because compose files and manifests always
 * pass the ones that they name. A bad value is an {@link IllegalArgumentException} whose message names the variable
 * and the accepted form.
 */
public record Settings(Map<String, String> environment) {
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}");
    private static final Pattern HEX = Pattern.compile("0[xX][0-9a-fA-F]{1,7}");

    public Settings {
        environment = Map.copyOf(environment);
    }

    public String text(String name, String fallback) {
        String value = environment.getOrDefault(name, "").strip();
        return value.isEmpty() ? fallback : value;
    }

    /** A number from {@code least} to {@code most}, decimal, or hexadecimal after {@code 0x}. */
    public int number(String name, int fallback, int least, int most) {
        String value = text(name, Integer.toString(fallback));
        int number = -1;
        if (DECIMAL.matcher(value).matches()) {
            number = Integer.parseInt(value);
        } else if (HEX.matcher(value).matches()) {
            number = Integer.parseInt(value.substring(2), 16);
        }
        if (number < least || number > most) {
            throw bad(name, "a number from %1$d to %2$d (0x%1$02X to 0x%2$02X)".formatted(least, most));
        }
        return number;
    }

    /** @param accepted what a good value looks like, to follow the word "expected" */
    public IllegalArgumentException bad(String name, String accepted) {
        return new IllegalArgumentException(
                "%s=\"%s\" is not valid: expected %s".formatted(name, text(name, ""), accepted));
    }
}
