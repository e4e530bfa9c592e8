package io.edgeagent.model;

/** Text from outside as it may stand in a log line, a status or an answer. */
public final class Printable {
    private Printable() {}

    /** Its beginning, with a question mark for all that is not ASCII, cannot be seen, or would end a quotation. */
    public static String of(String text, int most) {
        return text.substring(0, Math.min(most, text.length())).replaceAll("[^ -~]|\"", "?");
    }
}
