package io.edgeagent.hub.route;

/**
 * One word of a route.
 *
 * @param text as written, without blanks and comments around it
 * @param start index of its first character in the route
 */
record Token(Kind kind, String text, int start) {
    enum Kind {
        SELECT,
        FROM,
        WHERE,
        INTO,
        AND,
        OR,
        NOT,
        TRUE,
        FALSE,
        NULL,
        UNDEFINED,
        INTEGER,
        HEX,
        REAL,
        STRING,
        /** A string with an escape that does not exist. IoT Edge lets it pass when it reads the twin, and refuses it later. */
        BAD_STRING,
        IDENTIFIER,
        /** {@code $name}, also with a path and indices: {@code $body.list[0]}. */
        SYSTEM_NAME,
        /** An operator or a punctuation mark; the text says which. */
        SYMBOL,
        /** A character that starts no token. */
        UNKNOWN,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean is(Kind other) {
        return kind == other;
    }

    int end() {
        return start + text.length();
    }

    /** For messages to a person. */
    String shown() {
        return kind == Kind.END ? "the end of the route" : "\"" + text + "\"";
    }
}
