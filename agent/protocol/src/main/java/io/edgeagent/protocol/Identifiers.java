package io.edgeagent.protocol;

/**
 * Ids of devices and modules: 1 to 128 ASCII letters, digits and {@code - : . + % _ # * ? ! ( ) , = @ ; $ '} (IoT Hub,
 * identity registry).
 */
public final class Identifiers {
    private static final int MAX = 128;
    private static final String SPECIAL = "-:.+%_#*?!(),=@;$'";

    private Identifiers() {}

    /**
     * Refuses what no id is.
     *
     * @param what it is, for the error's text
     * @throws ProtocolException naming the first character that no id has
     */
    public static String check(String what, String id) {
        if (id.isEmpty() || id.length() > MAX) {
            throw new ProtocolException(what + " has " + id.length() + " characters, expected 1 to " + MAX);
        }
        id.codePoints().filter(character -> !isAllowed(character)).findFirst().ifPresent(character -> {
            throw new ProtocolException(what + " holds " + named(character)
                    + ", which IoT Hub does not allow in it; it may have ASCII letters, digits and " + SPECIAL);
        });
        return id;
    }

    /**
     * Refuses the id of a device that cannot reach a hub by MQTT: it is a part of topics, where two characters have a meaning.
     *
     * @throws ProtocolException naming the character
     */
    public static String checkDevice(String what, String id) {
        check(what, id);
        id.codePoints()
                .filter(character -> character == '+' || character == '#')
                .findFirst()
                .ifPresent(character -> {
                    throw new ProtocolException(what + " holds " + named(character)
                            + ", which MQTT has a meaning of its own for: no device of that name reaches the hub by MQTT; make one"
                            + " with another name");
                });
        return id;
    }

    private static boolean isAllowed(int character) {
        return (character >= '0' && character <= '9')
                || (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z')
                || SPECIAL.indexOf(character) >= 0;
    }

    private static String named(int character) {
        return character == ' '
                ? "a blank"
                : character > ' ' && character < 0x7F
                        ? "'" + Character.toString(character) + "'"
                        : String.format("the character U+%04X", character);
    }
}
