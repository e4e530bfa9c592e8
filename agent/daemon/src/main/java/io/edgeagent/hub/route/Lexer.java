package io.edgeagent.hub.route;

import io.edgeagent.hub.route.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cuts a route into tokens. The longest token wins, and of two of the same length the more special one. So {@code 3+4} is one
 * name and {@code 3 + 4} a sum: letters are all characters but a few (contract 8.8).
 */
final class Lexer {
    private static final String NO_LETTER = "()<>@,;:\\\"/[]?={} \t\r\n";
    private static final List<String> SYMBOLS = List.of(
            "<=", ">=", "<>", "!=", "||", "??", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", ",", "{", "}", ";");
    private static final Map<String, Kind> KEYWORDS = Map.of(
            "select", Kind.SELECT,
            "from", Kind.FROM,
            "where", Kind.WHERE,
            "into", Kind.INTO,
            "and", Kind.AND,
            "or", Kind.OR,
            "not", Kind.NOT);
    private static final Map<String, Kind> LITERALS =
            Map.of("true", Kind.TRUE, "false", Kind.FALSE, "null", Kind.NULL, "undefined", Kind.UNDEFINED);

    private final String text;
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /** The tokens of a route, the last one of kind END. */
    static List<Token> tokens(String text) {
        Lexer lexer = new Lexer(text);
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (!token.is(Kind.END));
        return tokens;
    }

    private Token next() {
        skip();
        if (at >= text.length()) {
            return new Token(Kind.END, "", text.length());
        }
        Token string = string();
        Token other = text.charAt(at) == '$' ? systemName() : word();
        Token longest = string.text().length() >= other.text().length() ? string : other;
        String symbol = symbol();
        if (symbol.length() >= longest.text().length() && !symbol.isEmpty()) {
            longest = new Token(Kind.SYMBOL, symbol, at);
        }
        if (longest.text().isEmpty()) {
            longest = new Token(Kind.UNKNOWN, text.substring(at, at + 1), at);
        }
        at += longest.text().length();
        return longest;
    }

    /** White space, and comments that end. A comment that does not is two symbols. */
    private void skip() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("/*", at) && text.indexOf("*/", at + 2) >= 0) {
                at = text.indexOf("*/", at + 2) + 2;
            } else {
                return;
            }
        }
    }

    private String symbol() {
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                return symbol;
            }
        }
        return "";
    }

    private static boolean isLetter(char c) {
        return NO_LETTER.indexOf(c) < 0;
    }

    private Token word() {
        int end = at;
        while (end < text.length() && isLetter(text.charAt(end))) {
            end++;
        }
        String word = text.substring(at, end);
        return new Token(kindOf(word), word, at);
    }

    private Token systemName() {
        int end = at + 1;
        while (end < text.length() && (isLetter(text.charAt(end)) || "[]".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return new Token(Kind.SYSTEM_NAME, text.substring(at, end), at);
    }

    private static Kind kindOf(String word) {
        if (LITERALS.containsKey(word)) {
            return LITERALS.get(word);
        }
        Kind keyword = KEYWORDS.get(word.toLowerCase(Locale.ROOT));
        if (keyword != null) {
            return keyword;
        }
        return Numbers.kindOf(word);
    }

    /** A string in single or double quotes, or the empty token where none begins here or it does not end. */
    private Token string() {
        Token none = new Token(Kind.STRING, "", at);
        char quote = text.charAt(at);
        if (quote != '\'' && quote != '"') {
            return none;
        }
        Kind kind = Kind.STRING;
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                return new Token(kind, text.substring(at, i + 1), at);
            }
            if (c == '\\') {
                i++;
                if (Strings.escapeLength(text, i) == 0) {
                    kind = Kind.BAD_STRING;
                }
            }
        }
        return none;
    }
}
