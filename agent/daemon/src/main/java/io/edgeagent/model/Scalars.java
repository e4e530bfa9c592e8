package io.edgeagent.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Converts single values to the type of their field as Json.NET does for IoT Edge. */
final class Scalars {
    // more digits before the point than any field takes
    private static final int DIGITS = 20;

    private Scalars() {}

    /** Numbers keep their spelling: {@code 1.50} is the text "1.50". */
    static String text(JsonParser parser, String path) throws IOException {
        JsonToken token = parser.currentToken();
        if (!token.isScalarValue()) {
            throw OptionsReader.refused(path, "must be a text, it is " + OptionsReader.kind(parser));
        }
        String text = parser.getText();
        if (text.indexOf('\0') >= 0) {
            throw OptionsReader.refused(path, "has a NUL character in it");
        }
        return text;
    }

    /** A number is true unless it is 0, a text if it is "true" in any case. */
    static boolean flag(JsonParser parser, String path) throws IOException {
        if (parser.currentToken().isBoolean()) {
            return parser.getBooleanValue();
        }
        if (parser.currentToken().isNumeric()) {
            return parser.getDecimalValue().signum() != 0;
        }
        String text = parser.currentToken() == JsonToken.VALUE_STRING
                ? parser.getText().strip().toLowerCase(Locale.ROOT)
                : "";
        if (!text.equals("true") && !text.equals("false")) {
            throw OptionsReader.refused(path, "must be true or false");
        }
        return text.equals("true");
    }

    /** A fraction is rounded to the nearest number, the even one of two; a text may hold a whole number. */
    static long number(JsonParser parser, String path) throws IOException {
        try {
            if (parser.currentToken().isBoolean()) {
                return parser.getBooleanValue() ? 1 : 0;
            }
            if (parser.currentToken().isNumeric()) {
                BigDecimal exact = parser.getDecimalValue();
                long digits = (long) exact.precision() - exact.scale();
                // written out, 1e999999999 would fill the memory
                if (digits < 0 || exact.signum() == 0) {
                    return 0;
                }
                if (digits <= DIGITS) {
                    return exact.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
                }
            } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
                return Long.parseLong(parser.getText().strip());
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // said below, with the field's name
        }
        throw OptionsReader.refused(path, "must be a whole number of 64 bits");
    }
}
