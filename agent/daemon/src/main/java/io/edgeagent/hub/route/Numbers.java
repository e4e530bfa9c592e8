package io.edgeagent.hub.route;

import io.edgeagent.hub.route.Token.Kind;
import java.math.BigInteger;

/** Numbers as the route language writes them, and as .NET reads them from text. */
final class Numbers {
    private Numbers() {}

    /** INTEGER, HEX or REAL where the whole word is such a number, else IDENTIFIER. */
    static Kind kindOf(String word) {
        if (word.length() > 2 && word.charAt(0) == '0' && (word.charAt(1) == 'x' || word.charAt(1) == 'X')) {
            return word.chars().skip(2).allMatch(Numbers::isHex) ? Kind.HEX : Kind.IDENTIFIER;
        }
        int at = word.startsWith("-") ? 1 : 0;
        int whole = digits(word, at);
        at += whole;
        if (at == word.length()) {
            return whole > 0 ? Kind.INTEGER : Kind.IDENTIFIER;
        }
        boolean real = false;
        if (word.charAt(at) == '.') {
            int fraction = digits(word, at + 1);
            if (fraction == 0) {
                return Kind.IDENTIFIER;
            }
            at += 1 + fraction;
            real = true;
        }
        if (at < word.length() && (word.charAt(at) == 'e' || word.charAt(at) == 'E')) {
            at++;
            if (at < word.length() && (word.charAt(at) == '+' || word.charAt(at) == '-')) {
                at++;
            }
            int exponent = digits(word, at);
            if (exponent == 0) {
                return Kind.IDENTIFIER;
            }
            at += exponent;
            real = true;
        }
        return real && at == word.length() ? Kind.REAL : Kind.IDENTIFIER;
    }

    private static int digits(String word, int from) {
        int at = from;
        while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private static boolean isHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** 16 digits are a two's complement of 64 bits; with more the constant has no value (NaN). */
    static double hex(String word) {
        String digits = word.substring(2);
        return digits.length() > 16 ? Double.NaN : (double) new BigInteger(digits, 16).longValue();
    }

    /**
     * A number as .NET's {@code double.Parse} with {@code NumberStyles.Any} takes it: blanks around it, a sign before or after
     * it, thousands separators, parentheses for a negative one, an exponent. NaN for all else.
     */
    static double ofText(String text) {
        String number = text.strip();
        boolean negative = false;
        if (number.startsWith("(") && number.endsWith(")") && number.length() > 2) {
            number = number.substring(1, number.length() - 1).strip();
            negative = true;
        }
        if (number.equalsIgnoreCase("Infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        if (number.equalsIgnoreCase("-Infinity")) {
            return Double.NEGATIVE_INFINITY;
        }
        if (!negative && (number.startsWith("-") || number.startsWith("+"))) {
            negative = number.startsWith("-");
            number = number.substring(1).strip();
        } else if (!negative && (number.endsWith("-") || number.endsWith("+"))) {
            negative = number.endsWith("-");
            number = number.substring(0, number.length() - 1).strip();
        }
        double value = unsigned(number);
        return negative ? -value : value;
    }

    private static double unsigned(String number) {
        int at = 0;
        StringBuilder plain = new StringBuilder(number.length());
        int whole = 0;
        while (at < number.length() && (isDigit(number.charAt(at)) || (number.charAt(at) == ',' && whole > 0))) {
            if (number.charAt(at) != ',') {
                plain.append(number.charAt(at));
                whole++;
            }
            at++;
        }
        int fraction = 0;
        if (at < number.length() && number.charAt(at) == '.') {
            fraction = digits(number, at + 1);
            plain.append(number, at, at + 1 + fraction);
            at += 1 + fraction;
        }
        if (whole + fraction == 0) {
            return Double.NaN;
        }
        String rest = number.substring(at);
        if (!rest.isEmpty() && kindOf("1" + rest) != Kind.REAL) {
            return Double.NaN;
        }
        return rest.startsWith(".") ? Double.NaN : Double.parseDouble(plain + rest);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
