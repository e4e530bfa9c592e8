package io.edgeagent.hub.route;

import io.edgeagent.hub.route.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a condition, weakest operator first: {@code ??}, OR, AND, equality, order, sum, product, NOT and minus. */
final class ConditionParser {
    /** Deeper ones would need more stack than a thread on a small board has. */
    private static final int MAX_DEPTH = 20;

    private static final int MAX_OPERATORS = 200;
    private static final Set<String> EQUALITY = Set.of("=", "<>", "!=");
    private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");
    private static final Set<String> PRODUCT = Set.of("*", "/", "%");
    private static final String BODY = "$body.";

    private final Tokens tokens;
    private int depth;
    private int operators;

    ConditionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    private interface Operand {
        Expression parse() throws RouteException;
    }

    private interface Combination {
        Expression of(Expression left, Expression right, Token operator) throws RouteException;
    }

    private interface OperatorTest {
        boolean matches(Token token);
    }

    Expression parse() throws RouteException {
        return leftToRight(this::alternatives, token -> token.is("??"), Operators::coalesce);
    }

    /** With its text, where it is not a choice or a list of demands whose parts have theirs. */
    private Expression shown(Operand operand) throws RouteException {
        Token first = tokens.peek();
        Expression whole = operand.parse();
        return whole.parts().isEmpty() ? whole.shownAs(tokens.since(first), List.of()) : whole;
    }

    private Expression alternatives() throws RouteException {
        return leftToRight(this::conjunction, token -> token.is(Kind.OR), ConditionParser::either);
    }

    private Expression conjunction() throws RouteException {
        return leftToRight(() -> shown(this::equality), token -> token.is(Kind.AND), ConditionParser::both);
    }

    private static Expression either(Expression left, Expression right, Token at) throws RouteException {
        return Operators.or(left, right, at).shownAs("", List.of(left, right));
    }

    private static Expression both(Expression left, Expression right, Token at) throws RouteException {
        return Operators.and(left, right, at).shownAs("", List.of(left, right));
    }

    private Expression equality() throws RouteException {
        return leftToRight(this::order, token -> isOneOf(token, EQUALITY), Operators::comparison);
    }

    private Expression order() throws RouteException {
        return leftToRight(this::sum, token -> isOneOf(token, ORDER), Operators::comparison);
    }

    private Expression sum() throws RouteException {
        return leftToRight(
                this::product,
                token -> token.is("+") || token.is("-") || token.is("||"),
                (left, right, operator) -> operator.is("||")
                        ? Operators.concatenate(left, right, operator)
                        : Operators.arithmetic(left, right, operator));
    }

    private Expression product() throws RouteException {
        return leftToRight(this::unary, token -> isOneOf(token, PRODUCT), Operators::arithmetic);
    }

    private static boolean isOneOf(Token token, Set<String> symbols) {
        return token.is(Kind.SYMBOL) && symbols.contains(token.text());
    }

    private Expression leftToRight(Operand operand, OperatorTest operator, Combination combination)
            throws RouteException {
        Expression left = operand.parse();
        while (operator.matches(tokens.peek())) {
            Token symbol = tokens.next();
            // each operator is one level of the evaluation
            if (++operators > MAX_OPERATORS) {
                throw RouteException.parse(
                        symbol.start(), "the condition has more than " + MAX_OPERATORS + " operators");
            }
            Expression right = operand.parse();
            left = combine(combination, left, right, symbol);
        }
        return left;
    }

    /** A fault of types is kept until all is read: IoT Edge reads the whole route before it looks at types. */
    private Expression combine(Combination combination, Expression left, Expression right, Token symbol) {
        try {
            return combination.of(left, right, symbol);
        } catch (RouteException e) {
            return tokens.fault(e);
        }
    }

    private Expression unary() throws RouteException {
        Token token = tokens.peek();
        if (!token.is(Kind.NOT) && !token.is("-")) {
            return primary();
        }
        tokens.next();
        deeper(token);
        Expression operand = unary();
        depth--;
        try {
            return token.is("-") ? Operators.minus(operand, token) : Operators.not(operand, token);
        } catch (RouteException e) {
            return tokens.fault(e);
        }
    }

    private void deeper(Token token) throws RouteException {
        if (++depth > MAX_DEPTH) {
            throw RouteException.parse(token.start(), "the condition is nested more than " + MAX_DEPTH + " deep");
        }
    }

    private Expression primary() throws RouteException {
        Token token = tokens.next();
        return switch (token.kind()) {
            case TRUE -> Expression.constant(Type.BOOL, true);
            case FALSE -> Expression.constant(Type.BOOL, false);
            case NULL -> Expression.constant(Type.NULL, Expression.NULL);
            case UNDEFINED -> Expression.constant(Type.UNDEFINED, Expression.UNDEFINED);
            case INTEGER, REAL -> number(token);
            case HEX -> constant(Numbers.hex(token.text()));
            case STRING -> Expression.constant(Type.STRING, Strings.unquote(token.text()));
            case BAD_STRING ->
                tokens.fault(RouteException.compile(
                        token.start(),
                        "a backslash in a string stands before a quote, another backslash, or u and four digits"));
            case IDENTIFIER -> tokens.peek().is("(") ? call(token) : property(token.text());
            case SYSTEM_NAME -> system(token, true);
            default -> token.is("(") ? parenthesis(token) : token.is("{") ? braces() : unexpected(token);
        };
    }

    private static Expression unexpected(Token token) throws RouteException {
        throw RouteException.parse(token.start(), "a value is expected instead of " + token.shown());
    }

    /** {@code e5} is read as a number, and has no value as one. */
    private static Expression number(Token token) {
        return constant(Numbers.ofText(token.text()));
    }

    private static Expression constant(double value) {
        return Double.isNaN(value)
                ? Expression.constant(Type.UNDEFINED, Expression.UNDEFINED)
                : Expression.constant(Type.NUMBER, value);
    }

    private Expression parenthesis(Token opening) throws RouteException {
        deeper(opening);
        Expression inner = parse();
        depth--;
        if (!tokens.peek().is(")")) {
            if (tokens.peek().is(Kind.INTO)) {
                return tokens.fault(RouteException.compile(opening.start(), "this parenthesis is never closed"));
            }
            throw RouteException.parse(
                    tokens.peek().start(),
                    "\")\" is expected instead of " + tokens.peek().shown());
        }
        tokens.next();
        return inner;
    }

    private Expression call(Token name) throws RouteException {
        Token opening = tokens.next();
        deeper(opening);
        List<Expression> arguments = new ArrayList<>();
        if (!tokens.peek().is(")")) {
            arguments.add(parse());
            while (tokens.peek().is(",")) {
                tokens.next();
                arguments.add(parse());
            }
        }
        depth--;
        Token closing = tokens.next();
        if (!closing.is(")")) {
            throw RouteException.parse(closing.start(), "\")\" is expected instead of " + closing.shown());
        }
        try {
            return Functions.call(name, arguments);
        } catch (RouteException e) {
            return tokens.fault(e);
        }
    }

    private static Expression property(String name) {
        return new Expression(
                Type.STRING,
                message -> message.applicationProperty(name)
                        .map(Object.class::cast)
                        .orElse(Expression.UNDEFINED));
    }

    /** {@code {$name}} is never an application property. */
    private Expression braces() throws RouteException {
        Token name = tokens.next();
        Token closing = tokens.next();
        if (!name.is(Kind.SYSTEM_NAME) || !closing.is("}")) {
            throw RouteException.parse(name.start(), "braces stand around one name, as in {$messageId}");
        }
        return system(name, false);
    }

    /** @param shadowed whether an application property with the dollar sign in its name goes first */
    private Expression system(Token token, boolean shadowed) {
        Expression plain;
        if (token.text().toLowerCase(Locale.ROOT).startsWith(BODY)) {
            try {
                BodyPath path = BodyPath.parse(token.text().substring(BODY.length()), token.start() + BODY.length());
                plain = new Expression(Type.BODY, message -> message.body().at(path));
            } catch (RouteException e) {
                return tokens.fault(e);
            }
        } else if (token.text().indexOf('[') >= 0 || token.text().indexOf(']') >= 0) {
            return Expression.constant(Type.UNDEFINED, Expression.UNDEFINED);
        } else {
            String name = token.text().substring(1);
            plain = new Expression(
                    Type.STRING,
                    message ->
                            message.systemProperty(name).map(Object.class::cast).orElse(Expression.UNDEFINED));
        }
        if (!shadowed) {
            return plain;
        }
        return new Expression(
                plain.type(),
                message -> message.applicationProperty(token.text())
                        .map(Object.class::cast)
                        .orElseGet(() -> plain.of(message)));
    }
}
