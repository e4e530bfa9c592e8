package io.edgeagent.hub.route;

import java.util.List;

/**
 * A condition or a part of one.
 *
 * @param parts of a comparison, a call or a property none; of AND and OR both sides: to tell a person which one does not hold
 * @param text where it stands in the route, for the same purpose
 */
record Expression(Type type, Evaluation evaluation, List<Expression> parts, String text) {
    /** The value {@code undefined}. The others are String, Double, Boolean and {@link #NULL}. */
    static final Object UNDEFINED = new Object() {
        @Override
        public String toString() {
            return "undefined";
        }
    };

    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    @FunctionalInterface
    interface Evaluation {
        Object of(RoutedMessage message);
    }

    Expression(Type type, Evaluation evaluation) {
        this(type, evaluation, List.of(), "");
    }

    /** The same, told apart for a person. */
    Expression shownAs(String newText, List<Expression> newParts) {
        return new Expression(type, evaluation, newParts, newText);
    }

    static Expression constant(Type type, Object value) {
        return new Expression(type, message -> value);
    }

    Object of(RoutedMessage message) {
        return evaluation.of(message);
    }

    /** A number, or undefined where it is not one. */
    static Object number(double value) {
        return Double.isNaN(value) ? UNDEFINED : (Object) value;
    }
}
