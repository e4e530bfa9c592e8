package io.edgeagent.model;

/**
 * A failure in words that a person can act on.
 *
 * @param text one line, without secrets; it reaches the reported properties
 */
public record Problem(ErrorCode code, String text) {
    private static final int MAX_TEXT = 500;

    public Problem {
        // engines and registries answer with pages of text, twins hold 32 KB
        text = line(text, MAX_TEXT);
    }

    /** The text on one line, without control characters, cut to so many characters. */
    static String line(String text, int max) {
        String line = text.replaceAll("[\\s\\p{Cc}\\p{Zl}\\p{Zp}]+", " ").strip();
        if (line.length() <= max) {
            return line;
        }
        int end = max - 3;
        // half a surrogate pair is not valid text
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "...";
    }

    @Override
    public String toString() {
        return text + " [" + code + "]";
    }
}
