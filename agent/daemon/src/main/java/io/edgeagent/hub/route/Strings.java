package io.edgeagent.hub.route;

/** Strings as the route language writes them. */
final class Strings {
    private Strings() {}

    /** The length of what stands behind a backslash, or 0 where that is not an escape: a quote, a backslash, uXXXX. */
    static int escapeLength(String text, int at) {
        if (at >= text.length()) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '\'' || c == '"' || c == '\\') {
            return 1;
        }
        boolean unicode = c == 'u' && at + 5 <= text.length();
        for (int i = at + 1; unicode && i < at + 5; i++) {
            unicode = Character.digit(text.charAt(i), 16) >= 0;
        }
        return unicode ? 5 : 0;
    }

    /** The value of a string token. */
    static String unquote(String token) {
        StringBuilder value = new StringBuilder(token.length());
        for (int i = 1; i < token.length() - 1; i++) {
            char c = token.charAt(i);
            if (c != '\\') {
                value.append(c);
            } else if (token.charAt(i + 1) == 'u') {
                value.append((char) Integer.parseInt(token.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                i++;
                value.append(token.charAt(i));
            }
        }
        return value.toString();
    }
}
