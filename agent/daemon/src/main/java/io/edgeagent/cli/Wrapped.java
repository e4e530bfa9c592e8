package io.edgeagent.cli;

/** Text that is broken at blanks. */
final class Wrapped {
    private static final int NARROWEST = 20;

    private Wrapped() {}

    /**
     * @param indent of all lines but the first
     * @param columns that a line may have besides its indent; a word that is longer stays whole, so that it can be copied
     */
    static String text(String text, String indent, int columns) {
        int width = Math.max(NARROWEST, columns);
        StringBuilder lines = new StringBuilder();
        int length = 0;
        for (String word : text.split(" ", -1)) {
            if (length > 0 && length + 1 + word.length() > width) {
                lines.append('\n').append(indent);
                length = 0;
            } else if (length > 0) {
                lines.append(' ');
                length++;
            }
            lines.append(word);
            length += word.length();
        }
        return lines.toString();
    }
}
