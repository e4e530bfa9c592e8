package io.edgeagent.hub.route;

import static io.edgeagent.hub.route.Expression.UNDEFINED;

import java.util.List;

/** What operators do, and to which types. Rules: hub contract 0 and its vectors. */
final class Operators {
    private Operators() {}

    static Expression or(Expression left, Expression right, Token at) throws RouteException {
        return logical(left, right, at, true);
    }

    static Expression and(Expression left, Expression right, Token at) throws RouteException {
        return logical(left, right, at, false);
    }

    /** @param decisive the value of one side that settles the whole: true for OR, false for AND */
    private static Expression logical(Expression left, Expression right, Token at, boolean decisive)
            throws RouteException {
        Type one = left.type();
        Type other = right.type();
        if (one == Type.BODY) {
            return new Expression(Type.BODY, message -> {
                Object a = left.of(message);
                Object b = right.of(message);
                return a instanceof Boolean x && b instanceof Boolean y
                        ? (Object) (decisive ? x || y : x && y)
                        : UNDEFINED;
            });
        }
        boolean nulls = one == Type.NULL || other == Type.NULL;
        if (nulls && isNullOrBool(one) && isNullOrBool(other)) {
            if ((one == Type.NULL && other == Type.NULL) || !decisive) {
                return Expression.constant(Type.NULL, Expression.NULL);
            }
            return one == Type.NULL ? right : left;
        }
        if (!isUndefinedOrBool(one) || !isUndefinedOrBool(other)) {
            throw mismatch(at, one, other, other == Type.BODY ? ": write the comparison out, as in \"= true\"" : "");
        }
        return new Expression(Type.BOOL, message -> {
            Object a = left.of(message);
            if (a.equals(decisive)) {
                return decisive;
            }
            Object b = right.of(message);
            return b.equals(decisive)
                    ? (Object) decisive
                    : a == UNDEFINED || b == UNDEFINED ? UNDEFINED : (Object) !decisive;
        });
    }

    private static boolean isNullOrBool(Type type) {
        return type == Type.NULL || type == Type.BOOL;
    }

    private static boolean isUndefinedOrBool(Type type) {
        return type == Type.UNDEFINED || type == Type.BOOL;
    }

    static Expression not(Expression operand, Token at) throws RouteException {
        return switch (operand.type()) {
            case NULL -> Expression.constant(Type.BOOL, true);
            case BOOL, BODY ->
                new Expression(
                        operand.type(),
                        message -> operand.of(message) instanceof Boolean value ? (Object) !value : UNDEFINED);
            default ->
                throw RouteException.compile(
                        at.start(),
                        "NOT cannot be applied to " + operand.type().shown()
                                + ". It binds tighter than a comparison: write NOT (a = b)");
        };
    }

    static Expression minus(Expression operand, Token at) throws RouteException {
        if (operand.type() != Type.NUMBER) {
            throw RouteException.compile(
                    at.start(),
                    "a minus sign cannot stand before " + operand.type().shown());
        }
        return new Expression(
                Type.NUMBER, message -> operand.of(message) instanceof Double value ? (Object) (-value) : UNDEFINED);
    }

    static Expression arithmetic(Expression left, Expression right, Token at) throws RouteException {
        if (!left.type().may(Type.NUMBER) || !right.type().may(Type.NUMBER)) {
            throw mismatch(at, left.type(), right.type(), hint(left.type(), right.type()));
        }
        char operator = at.text().charAt(0);
        return new Expression(
                typeOf(left, right, Type.NUMBER),
                message -> left.of(message) instanceof Double a && right.of(message) instanceof Double b
                        ? Expression.number(calculate(operator, a, b))
                        : UNDEFINED);
    }

    private static double calculate(char operator, double a, double b) {
        return switch (operator) {
            case '+' -> a + b;
            case '-' -> a - b;
            case '*' -> a * b;
            case '/' -> a / b;
            default -> a % b;
        };
    }

    static Expression concatenate(Expression left, Expression right, Token at) throws RouteException {
        if (!left.type().may(Type.STRING) || !right.type().may(Type.STRING)) {
            throw mismatch(at, left.type(), right.type(), ": || joins strings. For a choice write OR");
        }
        return new Expression(
                typeOf(left, right, Type.STRING),
                message -> left.of(message) instanceof String a && right.of(message) instanceof String b
                        ? (Object) (a + b)
                        : UNDEFINED);
    }

    static Expression coalesce(Expression left, Expression right, Token at) throws RouteException {
        boolean body = left.type() == Type.BODY || right.type() == Type.BODY;
        if (left.type() != right.type() && !body) {
            throw mismatch(at, left.type(), right.type(), ": both sides must be of one type");
        }
        return new Expression(body ? Type.BODY : left.type(), message -> {
            Object value = left.of(message);
            return value == UNDEFINED ? right.of(message) : value;
        });
    }

    static Expression comparison(Expression left, Expression right, Token at) throws RouteException {
        Type one = left.type();
        Type other = right.type();
        boolean body = one == Type.BODY || other == Type.BODY;
        boolean undefined = one == Type.UNDEFINED || other == Type.UNDEFINED;
        if (body ? undefined : one != other) {
            throw mismatch(at, one, other, hint(one, other));
        }
        String operator = at.text();
        return new Expression(Type.BOOL, message -> {
            Object a = left.of(message);
            Object b = right.of(message);
            return a == UNDEFINED || b == UNDEFINED ? UNDEFINED : (Object) compare(operator, order(a, b));
        });
    }

    private static boolean compare(String operator, int order) {
        return switch (operator) {
            case "=" -> order == 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            default -> order != 0;
        };
    }

    /** Booleans come before numbers, numbers before strings, and null is last. */
    private static int order(Object a, Object b) {
        if (a instanceof Double x && b instanceof Double y) {
            // -0 equals 0, and NaN does not come here
            return x < y ? -1 : x > y ? 1 : 0;
        }
        if (a instanceof String x && b instanceof String y) {
            return x.compareTo(y);
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        return Integer.compare(rank(a), rank(b));
    }

    private static int rank(Object value) {
        return value instanceof Boolean ? 0 : value instanceof Double ? 1 : value instanceof String ? 2 : 3;
    }

    private static Type typeOf(Expression left, Expression right, Type plain) {
        return left.type() == Type.BODY || right.type() == Type.BODY ? Type.BODY : plain;
    }

    private static String hint(Type one, Type other) {
        List<Type> types = List.of(one, other);
        if (types.contains(Type.STRING) && types.contains(Type.NUMBER)) {
            return ": properties are strings. Write as_number(name)";
        }
        if (types.contains(Type.STRING) && (types.contains(Type.NULL) || types.contains(Type.UNDEFINED))) {
            return ": write is_defined(name)";
        }
        return "";
    }

    private static RouteException mismatch(Token at, Type one, Type other, String hint) {
        return RouteException.compile(
                at.start(), at.shown() + " cannot stand between " + one.shown() + " and " + other.shown() + hint);
    }
}
