package io.edgeagent.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads createOptions as two others read them at once. IoT Edge takes Json.NET's lenient JSON and converts values to the type of
 * the field, so {@code "Privileged":"true"} is deployed and must work. The engine takes names in any case and the last of two
 * spellings, so whoever decides by the text must see one spelling: each name that the engine knows leaves here as the engine
 * spells it, and none twice.
 */
final class OptionsReader {
    private static final int LONGEST = 256 << 10;
    private static final int DEEPEST = 50;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper LENIENT = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
                    .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .build())
            .build();

    private final JsonParser parser;

    private OptionsReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Empty for a text without a value, and for {@code null}. @throws ProblemException naming the field */
    static Optional<ObjectNode> read(String text) {
        if (text.length() > LONGEST) {
            throw invalid("are longer than " + LONGEST + " characters");
        }
        try (JsonParser parser = LENIENT.createParser(text)) {
            if (parser.nextToken() == null || parser.currentToken() == JsonToken.VALUE_NULL) {
                onlyThis(parser);
                return Optional.empty();
            }
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw invalid("must be a JSON object, they are " + kind(parser));
            }
            JsonNode body = new OptionsReader(parser).value(CreateCall.BODY, "");
            onlyThis(parser);
            return Optional.of((ObjectNode) body);
        } catch (StreamConstraintsException e) {
            throw invalid("are nested deeper than " + DEEPEST + " levels, or a number in them is too long");
        } catch (JsonProcessingException e) {
            throw new ProblemException(
                    ErrorCode.MANIFEST_INVALID,
                    "createOptions are not valid JSON: " + Json.explain(e) + "; check quotes and commas",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void onlyThis(JsonParser parser) throws IOException {
        if (parser.currentToken() != null && parser.nextToken() != null) {
            throw invalid("are not valid JSON: there is more text after the object");
        }
    }

    /** The value at the parser, as the engine would have it; null for an absent one. */
    private JsonNode value(Shape shape, String path) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NullNode.instance;
        }
        if (shape instanceof Shape.Text) {
            return NODES.textNode(Scalars.text(parser, path));
        }
        // Json.NET takes an empty text for no value where the field is no text
        if (!(shape instanceof Shape.Any) && parser.currentToken() == JsonToken.VALUE_STRING && isBlank()) {
            return NullNode.instance;
        }
        if (shape instanceof Shape.Flag) {
            return NODES.booleanNode(Scalars.flag(parser, path));
        }
        if (shape instanceof Shape.Whole) {
            long number = Scalars.number(parser, path);
            return number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
        }
        if (shape instanceof Shape.Items items) {
            return items(items, path);
        }
        return shape instanceof Shape.Any ? any(path) : object(shape, path);
    }

    private boolean isBlank() throws IOException {
        return parser.getText().isEmpty();
    }

    private JsonNode items(Shape.Items items, String path) throws IOException {
        ArrayNode list = NODES.arrayNode();
        if (items.alone() && parser.currentToken() == JsonToken.VALUE_STRING) {
            return list.add(value(items.item(), path));
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw refused(path, "must be a list, it is " + kind(parser));
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(items.item(), path + "[" + list.size() + "]"));
        }
        return list;
    }

    private JsonNode object(Shape shape, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw refused(path, "must be an object, it is " + kind(parser));
        }
        ObjectNode object = NODES.objectNode();
        Map<String, String> spellings = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String spelling = parser.currentName();
            Named named = named(shape, spelling);
            String first = spellings.put(named.key(), spelling);
            if (first != null) {
                throw refused(
                        at(path, named.name()),
                        "is given twice" + (first.equals(spelling) ? "" : ", as " + first + " and " + spelling));
            }
            parser.nextToken();
            JsonNode value = value(named.shape(), at(path, named.name()));
            // to the engine, null is the same as nothing where it knows the name
            if (!value.isNull() || !named.known()) {
                object.set(named.name(), value);
            }
        }
        return object;
    }

    /**
     * What a name in an object means.
     *
     * @param key the same for two spellings that an engine may take for one name
     * @param name as it is passed on
     */
    private record Named(String key, String name, Shape shape, boolean known) {}

    private static Named named(Shape shape, String spelling) {
        if (shape instanceof Shape.Names names) {
            String name = names.trimmed() ? spelling.strip() : spelling;
            return new Named(name, name, names.value(), false);
        }
        if (shape instanceof Shape.Fields fields) {
            String key = Shape.Fields.fold(spelling);
            return fields.find(spelling)
                    .map(field -> new Named(key, field.name(), field.shape(), true))
                    .orElseGet(() -> new Named(key, spelling, Shape.ANY, false));
        }
        return new Named(spelling, spelling, Shape.ANY, false);
    }

    private JsonNode any(String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(Shape.ANY, path);
            case START_ARRAY -> items(new Shape.Items(Shape.ANY, false), path);
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> fraction(parser.getDecimalValue());
            default -> NODES.textNode(parser.getText());
        };
    }

    private JsonNode whole() throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private static JsonNode fraction(BigDecimal exact) {
        double near = exact.doubleValue();
        boolean same = Double.isFinite(near) && exact.compareTo(new BigDecimal(Double.toString(near))) == 0;
        return same ? NODES.numberNode(near) : NODES.numberNode(exact);
    }

    private static String at(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String kind(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a text";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> "a number";
        };
    }

    static ProblemException refused(String path, String why) {
        return new ProblemException(ErrorCode.MANIFEST_INVALID, path + " " + why);
    }

    private static ProblemException invalid(String why) {
        return new ProblemException(ErrorCode.MANIFEST_INVALID, "createOptions " + why);
    }
}
