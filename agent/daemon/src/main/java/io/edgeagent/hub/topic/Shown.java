package io.edgeagent.hub.topic;

/** Texts of clients, as a log may show them. */
final class Shown {
    private static final int LONGEST = 200;

    private Shown() {}

    static String of(String text) {
        String printable = text.replaceAll("[\\p{Cntrl}\"]", "?");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
    }
}
