package io.edgeagent.hub.route;

import static io.edgeagent.hub.route.Expression.UNDEFINED;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** The functions of the route language. Of an undefined argument the result is undefined, except for the tests of kind. */
final class Functions {
    private static final Map<String, Function> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("abs", mathematical(Math::abs)),
            Map.entry("exp", mathematical(Math::exp)),
            Map.entry("square", mathematical(x -> x * x)),
            Map.entry("ceiling", mathematical(Math::ceil)),
            Map.entry("floor", mathematical(Math::floor)),
            Map.entry("sign", mathematical(Math::signum)),
            Map.entry("sqrt", mathematical(Math::sqrt)),
            Map.entry(
                    "power",
                    new Function(
                            Type.NUMBER,
                            List.of(Type.NUMBER, Type.NUMBER),
                            values -> Expression.number(Math.pow((double) values[0], (double) values[1])))),
            Map.entry("length", text(Type.NUMBER, values ->
                    (double) text(values, 0).length())),
            Map.entry("lower", text(Type.STRING, values -> text(values, 0).toLowerCase(Locale.ROOT))),
            Map.entry("upper", text(Type.STRING, values -> text(values, 0).toUpperCase(Locale.ROOT))),
            Map.entry("index_of", texts(Type.NUMBER, values ->
                    (double) text(values, 0).indexOf(text(values, 1)))),
            Map.entry("starts_with", texts(Type.BOOL, values -> text(values, 0).startsWith(text(values, 1)))),
            Map.entry("ends_with", texts(Type.BOOL, values -> text(values, 0).endsWith(text(values, 1)))),
            Map.entry("contains", texts(Type.BOOL, values -> text(values, 0).contains(text(values, 1))))));

    private Functions() {}

    private interface Body {
        Object of(Object... values);
    }

    private record Function(Type result, List<Type> parameters, Body body) {}

    private static Function mathematical(DoubleUnaryOperator operator) {
        return new Function(
                Type.NUMBER,
                List.of(Type.NUMBER),
                values -> Expression.number(operator.applyAsDouble((double) values[0])));
    }

    private static Function text(Type result, Body body) {
        return new Function(result, List.of(Type.STRING), body);
    }

    private static Function texts(Type result, Body body) {
        return new Function(result, List.of(Type.STRING, Type.STRING), body);
    }

    private static String text(Object[] values, int index) {
        return (String) values[index];
    }

    /** @param name its token, for messages */
    static Expression call(Token name, List<Expression> arguments) throws RouteException {
        String function = name.text().toLowerCase(Locale.ROOT);
        return switch (function) {
            case "is_bool", "is_defined", "is_null", "is_number", "is_string" -> kindTest(name, function, arguments);
            case "as_number" -> asNumber(name, arguments);
            case "concat" -> {
                if (arguments.isEmpty()) {
                    throw arity(name, "at least one argument", 0);
                }
                yield typed(
                        name,
                        new Function(
                                Type.STRING,
                                arguments.stream().map(a -> Type.STRING).toList(),
                                values -> {
                                    StringBuilder joined = new StringBuilder();
                                    for (Object value : values) {
                                        joined.append(value);
                                    }
                                    return joined.toString();
                                }),
                        arguments);
            }
            case "substring" -> substring(name, arguments);
            case "twin_change_includes" ->
                throw RouteException.compile(
                        name.start(), "twin_change_includes cannot be used in a route, in IoT Edge neither");
            default -> {
                Function known = ALL.get(function);
                if (known == null) {
                    throw RouteException.compile(name.start(), "there is no function " + name.text());
                }
                yield typed(name, known, arguments);
            }
        };
    }

    private static Expression typed(Token name, Function function, List<Expression> arguments) throws RouteException {
        List<Type> parameters = function.parameters();
        if (arguments.size() != parameters.size()) {
            throw arity(
                    name, parameters.size() == 1 ? "one argument" : parameters.size() + " arguments", arguments.size());
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (!arguments.get(i).type().may(parameters.get(i))) {
                throw RouteException.compile(
                        name.start(),
                        name.text() + " wants " + parameters.get(i).shown() + ", not "
                                + arguments.get(i).type().shown());
            }
        }
        Expression[] given = arguments.toArray(Expression[]::new);
        return new Expression(function.result(), message -> {
            Object[] values = new Object[given.length];
            for (int i = 0; i < given.length; i++) {
                values[i] = given[i].of(message);
                if (!fits(values[i], parameters.get(i))) {
                    return UNDEFINED;
                }
            }
            return function.body().of(values);
        });
    }

    private static boolean fits(Object value, Type type) {
        return type == Type.STRING ? value instanceof String : value instanceof Double;
    }

    private static Expression substring(Token name, List<Expression> arguments) throws RouteException {
        if (arguments.size() == 2) {
            return typed(
                    name,
                    new Function(Type.STRING, List.of(Type.STRING, Type.NUMBER), values -> {
                        String text = text(values, 0);
                        double start = Math.floor((double) values[1]);
                        return start >= 0 && start <= text.length() ? (Object) text.substring((int) start) : UNDEFINED;
                    }),
                    arguments);
        }
        if (arguments.size() != 3) {
            throw arity(name, "2 or 3 arguments", arguments.size());
        }
        return typed(
                name,
                new Function(Type.STRING, List.of(Type.STRING, Type.NUMBER, Type.NUMBER), values -> {
                    String text = text(values, 0);
                    double start = Math.floor((double) values[1]);
                    double length = Math.floor((double) values[2]);
                    return start >= 0 && start < text.length() && length >= 0 && start + length <= text.length()
                            ? (Object) text.substring((int) start, (int) (start + length))
                            : UNDEFINED;
                }),
                arguments);
    }

    private static Expression asNumber(Token name, List<Expression> arguments) throws RouteException {
        if (arguments.size() != 1) {
            throw arity(name, "one argument", arguments.size());
        }
        Expression argument = arguments.get(0);
        if (!argument.type().may(Type.STRING) && argument.type() != Type.NUMBER) {
            throw RouteException.compile(
                    name.start(),
                    "as_number wants a string, not " + argument.type().shown());
        }
        return new Expression(Type.NUMBER, message -> {
            Object value = argument.of(message);
            return value instanceof String text
                    ? Expression.number(Numbers.ofText(text))
                    : value instanceof Double ? value : UNDEFINED;
        });
    }

    private static Expression kindTest(Token name, String function, List<Expression> arguments) throws RouteException {
        if (arguments.size() != 1) {
            throw arity(name, "one argument", arguments.size());
        }
        Expression argument = arguments.get(0);
        boolean body = argument.type() == Type.BODY;
        return new Expression(Type.BOOL, message -> is(function, argument.of(message), body));
    }

    private static Object is(String function, Object value, boolean body) {
        return switch (function) {
            case "is_bool" -> value instanceof Boolean;
            case "is_defined" -> value != UNDEFINED;
            case "is_number" -> value instanceof Double number && !Double.isInfinite(number);
            case "is_string" -> value instanceof String;
            // IoT Edge answers true for each value of the body that is there, whatever it is
            default -> body ? value != BodyPath.Missing.VALUE && value != UNDEFINED : value == Expression.NULL;
        };
    }

    private static RouteException arity(Token name, String wanted, int given) {
        return RouteException.compile(name.start(), name.text() + " wants " + wanted + ", not " + given);
    }
}
