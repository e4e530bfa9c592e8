package io.edgeagent.hub.route;

import io.edgeagent.hub.route.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A route: which messages go where. {@code [SELECT *] FROM source [WHERE condition] INTO sink}. Immutable, for any thread; parsed
 * once, and evaluated for each message without a new object where no number is computed and the body is not asked for.
 */
public final class Route {
    /** More than the hub's twin can hold in one value many times over. */
    public static final int MAX_LENGTH = 16 * 1024;

    /** Before a plain topic in the source of a message. Only routes that begin with it take such messages. */
    public static final String TOPICS = "/messages/topics/";

    private final String text;
    private final String source;
    private final Expression condition;
    private final Endpoint endpoint;
    private final String ignored;

    private Route(String text, String source, Expression condition, Endpoint endpoint, String ignored) {
        this.text = text;
        this.source = source;
        this.condition = condition;
        this.endpoint = endpoint;
        this.ignored = ignored;
    }

    /** @throws RouteException with the position and the reason if the route cannot be used */
    public static Route parse(String text) throws RouteException {
        if (text.length() > MAX_LENGTH) {
            throw RouteException.parse(MAX_LENGTH, "a route has at most " + MAX_LENGTH + " characters");
        }
        Tokens tokens = new Tokens(text);
        if (tokens.peek().is(Kind.SELECT)) {
            tokens.next();
            expect(tokens, tokens.peek().is("*"), "SELECT is followed by *");
        }
        expect(tokens, tokens.peek().is(Kind.FROM), "a route begins with FROM");
        String source = source(tokens);
        Expression condition = Expression.constant(Type.BOOL, true);
        if (tokens.peek().is(Kind.WHERE)) {
            tokens.next();
            condition = new ConditionParser(tokens).parse();
        }
        expect(
                tokens,
                tokens.peek().is(Kind.INTO),
                "INTO is expected instead of " + tokens.peek().shown());
        Endpoint endpoint = Endpoint.parse(tokens);
        Optional<RouteException> fault = tokens.fault();
        if (fault.isPresent()) {
            throw fault.get();
        }
        String ignored =
                tokens.peek().is(Kind.END) ? "" : text.substring(tokens.peek().start());
        return new Route(text, source, condition, endpoint, ignored);
    }

    private static void expect(Tokens tokens, boolean met, String otherwise) throws RouteException {
        if (!met) {
            throw RouteException.parse(tokens.peek().start(), otherwise);
        }
        tokens.next();
    }

    private static String source(Tokens tokens) throws RouteException {
        StringBuilder path = new StringBuilder();
        if (!tokens.peek().is("/")) {
            throw RouteException.parse(
                    tokens.peek().start(),
                    "FROM is followed by a path such as /messages/*, not "
                            + tokens.peek().shown());
        }
        while (tokens.peek().is("/")) {
            tokens.next();
            Token segment = tokens.peek();
            if (!segment.is(Kind.IDENTIFIER) && !segment.is("*")) {
                throw RouteException.parse(
                        segment.start(), "a name or * is expected after / in the source, not " + segment.shown());
            }
            path.append('/').append(tokens.next().text());
        }
        if (path.charAt(path.length() - 1) == '*') {
            path.setLength(path.length() - 1);
        }
        return path.charAt(path.length() - 1) == '/'
                ? path.toString()
                : path.append('/').toString();
    }

    public boolean matches(RoutedMessage message) {
        return comesFrom(message.source()) && meets(message);
    }

    /** Whether the source is one that the route names: a prefix in whole segments, in any case. */
    public boolean comesFrom(String messageSource) {
        int length = source.length();
        // a board that sends all messages to the cloud does not mean each reading of each sensor
        if (!takesTopics() && messageSource.regionMatches(true, 0, TOPICS, 0, TOPICS.length())) {
            return false;
        }
        // a route's source ends with a slash, and a message's does not
        return messageSource.regionMatches(true, 0, source, 0, length)
                || (messageSource.length() == length - 1
                        && messageSource.regionMatches(true, 0, source, 0, length - 1));
    }

    /** Whether it names plain topics. */
    public boolean takesTopics() {
        return source.regionMatches(true, 0, TOPICS, 0, TOPICS.length());
    }

    /** Whether the condition is true: an undefined one is not. */
    public boolean meets(RoutedMessage message) {
        return value(message).equals(true);
    }

    /** The condition's value: true, false or undefined. */
    public String result(RoutedMessage message) {
        Object value = value(message);
        if (value == Expression.NULL) {
            return condition.type() == Type.NULL ? "false" : "undefined";
        }
        return value instanceof Boolean ? value.toString() : "undefined";
    }

    /** The parts of the condition that do not hold, each with its value; none where the condition does. */
    public List<String> unmet(RoutedMessage message) {
        List<String> unmet = new ArrayList<>();
        collect(condition, message, unmet);
        return unmet;
    }

    private static void collect(Expression part, RoutedMessage message, List<String> unmet) {
        Object value = part.of(message);
        if (value.equals(true)) {
            return;
        }
        if (part.parts().isEmpty()) {
            if (!part.text().isEmpty()) {
                unmet.add(part.text() + " is " + (value instanceof Boolean ? value : "undefined"));
            }
            return;
        }
        part.parts().forEach(inner -> collect(inner, message, unmet));
    }

    /** Whether the condition asks for something in the body. */
    public boolean readsBody() {
        return text.toLowerCase(Locale.ROOT).contains("$body.");
    }

    private Object value(RoutedMessage message) {
        return condition.of(message);
    }

    /** Where its messages come from, for a person: a prefix of whole segments, such as {@code /messages/modules/sensor}. */
    public String source() {
        return source.length() == 1 ? source : source.substring(0, source.length() - 1);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** What stands behind the sink and has no effect, as in IoT Edge; empty where nothing does. */
    public String ignored() {
        return ignored;
    }

    @Override
    public String toString() {
        return text;
    }
}
