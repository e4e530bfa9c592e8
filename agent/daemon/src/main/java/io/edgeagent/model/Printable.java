package io.edgeagent.model;

/** Text from outside as it may stand in a log line, a status or an answer. */
public final class Printable {
    private static final int LONGEST_SECRET = 8192;

    private Printable() {}

    /** As {@link #of}, without what looks like a secret. */
    public static String redacted(String text, int most) {
        // longer, so that no half of a secret is left at the end
        return of(Redactor.BY_LOOKS.text(text.substring(0, Math.min(text.length(), most + LONGEST_SECRET))), most)
                .strip();
    }

    /** Its beginning, with a question mark for all that is not ASCII, cannot be seen, or would end a quotation. */
    public static String of(String text, int most) {
        return text.substring(0, Math.min(most, text.length())).replaceAll("[^ -~]|\"", "?");
    }
}
