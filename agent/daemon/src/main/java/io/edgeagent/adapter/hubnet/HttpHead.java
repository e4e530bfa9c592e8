package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.1 request or answer (RFC 9112, 2 to 5), strictly: lines end with CR and LF, and none is folded.
 *
 * @param start its first line; a request's path never has the host before it
 * @param fields by name in small letters; values of a name that occurs more than once are joined by commas
 */
public record HttpHead(String start, Map<String, String> fields) {
    /** Bytes that a head may have in all. */
    public static final int MAX = 8192;

    private static final int MOST_FIELDS = 100;
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}):[ \t]*([^\\x00-\\x08\\x0A-\\x1F\\x7F]*)");
    // what a proxy is asked for, and a server must take too (RFC 9112, 3.2.2): Azure's Java client by AMQP sends it
    private static final Pattern ABSOLUTE =
            Pattern.compile("([A-Z]{1,20}) (?:http|https)://[^/? ]{1,300}(/[^ ]*) (HTTP/[0-9.]{1,5})");
    private static final Pattern START = Pattern.compile("[\\x20-\\x7E\\x80-\\xFF]+");

    /** The head, or empty if it is not all there; then nothing was taken from the buffer. */
    public static Optional<HttpHead> next(ByteBuffer in) throws Wire.ProtocolViolation {
        int length = length(in);
        if (length < 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length - 4];
        in.get(bytes).position(in.position() + 4);
        List<String> lines = Arrays.asList(new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1));
        if (!START.matcher(lines.get(0)).matches() || lines.size() > MOST_FIELDS) {
            throw new Wire.ProtocolViolation("what came does not begin like HTTP");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new Wire.ProtocolViolation(
                        "a header line of HTTP has no name, or a character that must not be there");
            }
            fields.merge(
                    field.group(1).toLowerCase(Locale.ROOT), field.group(2).strip(), (one, two) -> one + "," + two);
        }
        return Optional.of(new HttpHead(ABSOLUTE.matcher(lines.get(0)).replaceFirst("$1 $2 $3"), fields));
    }

    /** Up to the end of the empty line; -1 if that is not there yet. */
    private static int length(ByteBuffer in) throws Wire.ProtocolViolation {
        int most = Math.min(in.remaining(), MAX);
        for (int i = 0; i + 4 <= most; i++) {
            int at = in.position() + i;
            if (in.get(at) == '\r' && in.get(at + 1) == '\n' && in.get(at + 2) == '\r' && in.get(at + 3) == '\n') {
                return i + 4;
            }
        }
        if (most == MAX) {
            throw new Wire.ProtocolViolation("the head of HTTP is larger than " + MAX + " bytes");
        }
        return -1;
    }

    /** The value of a field; empty text if it is not there. */
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** What a field lists, parted by commas. */
    public List<String> list(String name) {
        List<String> elements = new ArrayList<>();
        for (String element : field(name).split(",", -1)) {
            if (!element.isBlank()) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /** Whether a field lists a word, in whatever letters. */
    public boolean lists(String name, String word) {
        return list(name).stream().anyMatch(word::equalsIgnoreCase);
    }
}
