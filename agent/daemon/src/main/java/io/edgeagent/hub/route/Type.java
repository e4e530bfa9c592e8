package io.edgeagent.hub.route;

/** What is known of an expression's value before there is a message. A value of any type but NULL may be undefined. */
enum Type {
    STRING,
    NUMBER,
    BOOL,
    NULL,
    /** The constant {@code undefined}, or one without a value. */
    UNDEFINED,
    /** From the body, so anything. */
    BODY;

    boolean may(Type other) {
        return this == other || this == BODY;
    }

    String shown() {
        return switch (this) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOL -> "true or false";
            case NULL -> "null";
            case UNDEFINED -> "undefined";
            case BODY -> "a value of the body";
        };
    }
}
