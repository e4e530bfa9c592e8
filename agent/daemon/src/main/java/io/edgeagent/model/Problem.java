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
        String line = text.replaceAll("\\s+", " ").strip();
        text = line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT - 3) + "..." : line;
    }

    @Override
    public String toString() {
        return text + " [" + code + "]";
    }
}
