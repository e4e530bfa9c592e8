package io.edgeagent.hub.route;

import java.util.List;
import java.util.Optional;

/** The tokens of a route on their way through the parsers, and the first fault that does not keep them from going on. */
final class Tokens {
    private final String text;
    private final List<Token> tokens;
    private int at;
    private Optional<RouteException> fault = Optional.empty();

    Tokens(String text) {
        this.text = text;
        this.tokens = Lexer.tokens(text);
    }

    /** What was read since the token, as the person wrote it. */
    String since(Token first) {
        return text.substring(first.start(), tokens.get(Math.max(0, at - 1)).end())
                .strip();
    }

    Token peek() {
        return tokens.get(at);
    }

    /** The last token, END, stays for ever. */
    Token next() {
        Token token = tokens.get(at);
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    /** Keeps the first fault; what stands in its place goes with any other type. */
    Expression fault(RouteException reason) {
        if (fault.isEmpty()) {
            fault = Optional.of(reason);
        }
        return Expression.constant(Type.BODY, Expression.UNDEFINED);
    }

    Optional<RouteException> fault() {
        return fault;
    }
}
