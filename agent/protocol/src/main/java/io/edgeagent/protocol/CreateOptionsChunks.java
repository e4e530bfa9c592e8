package io.edgeagent.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module's createOptions as the twin carries them: one string, or chunks of 512 characters in createOptions,
 * createOptions01 .. createOptions99, because twin strings were once limited to 512 bytes.
 */
public final class CreateOptionsChunks {
    private static final Pattern KEY = Pattern.compile("createoptions(\\d\\d)?");
    private static final String NAME = "createOptions";
    private static final int CHUNK_LENGTH = 512;
    private static final int MAX_CHUNKS = 100;

    private CreateOptionsChunks() {}

    /**
     * Joins the chunks of a settings object; keys match case-insensitively. Empty where there is no such key.
     *
     * @throws ProtocolException if a chunk is missing, doubled or no string
     */
    public static Optional<String> join(ObjectNode settings) {
        TreeMap<Integer, JsonNode> chunks = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : settings.properties()) {
            Matcher matcher = KEY.matcher(field.getKey().toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                String digits = matcher.group(1);
                if ("00".equals(digits)) {
                    throw new ProtocolException(
                            "createOptions00 is not a chunk: the first one is createOptions without a number");
                }
                int chunk = digits == null ? 0 : Integer.parseInt(digits);
                if (chunks.put(chunk, field.getValue()) != null) {
                    throw new ProtocolException(name(chunk) + " is there twice, in upper and lower case");
                }
            }
        }
        StringBuilder joined = new StringBuilder();
        int expected = 0;
        for (Map.Entry<Integer, JsonNode> chunk : chunks.entrySet()) {
            if (chunk.getKey() != expected) {
                throw new ProtocolException(name(expected) + " is missing, but " + name(chunk.getKey()) + " is there");
            }
            // an object is accepted where somebody forgot to make a string of it
            JsonNode value = chunk.getValue();
            if (value.isObject() && chunks.size() == 1) {
                return Optional.of(value.toString());
            }
            if (!value.isTextual() && !value.isNull()) {
                throw new ProtocolException(name(expected) + " must be a string that holds JSON");
            }
            joined.append(value.isNull() ? "" : value.textValue());
            expected++;
        }
        return chunks.isEmpty() ? Optional.empty() : Optional.of(joined.toString());
    }

    /**
     * Writes the text into a settings object, in place of any chunks that it holds.
     *
     * @throws ProtocolException if it needs more than 100 chunks; the settings are unchanged then
     */
    public static void split(String text, ObjectNode settings) {
        List<String> chunks = new ArrayList<>();
        int start = 0;
        do {
            int end = Math.min(text.length(), start + CHUNK_LENGTH);
            // half a surrogate pair does not survive UTF-8
            if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            chunks.add(text.substring(start, end));
            start = end;
        } while (start < text.length());
        if (chunks.size() > MAX_CHUNKS) {
            throw new ProtocolException("createOptions are longer than " + CHUNK_LENGTH * MAX_CHUNKS + " characters");
        }
        settings.properties()
                .removeIf(field ->
                        KEY.matcher(field.getKey().toLowerCase(Locale.ROOT)).matches());
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            settings.put(name(chunk), chunks.get(chunk));
        }
    }

    private static String name(int chunk) {
        return chunk == 0 ? NAME : NAME + String.format(Locale.ROOT, "%02d", chunk);
    }
}
