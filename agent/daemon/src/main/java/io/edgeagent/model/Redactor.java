package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what leaves the board for a person who helps: those that are known, and whatever looks like one. It rather
 * takes too much than too little. Any thread.
 */
public final class Redactor {
    /** Stands where a secret was. */
    public static final String MASK = "***";

    /** Knows no secret, and takes out what looks like one. */
    public static final Redactor BY_LOOKS = new Redactor(List.of());

    /** What is shorter is a word that stands in every log. */
    private static final int SHORTEST = 6;

    private static final String WORDS =
            "(?:password|passwd|pwd|passphrase|secret|token|api_?-?key|access_?-?key|private_?-?key"
                    + "|symmetric_?-?key|primary_?-?key|secondary_?-?key|account_?-?key|shared_?-?access_?-?key|connection_?-?string"
                    + "|device_id_pk|(?<!registry)credential|sas_?-?ur[li]|x-registry-auth|authorization)";
    private static final Pattern NAME = Pattern.compile("(?i)" + WORDS + "|(?:^|[_-])(?:key|sas|auth|pat|pin)$");
    /** A table of TOML in braces, {@code device_id_pk = { value = "..." }}. */
    private static final Pattern TABLE = Pattern.compile("(?i)(" + WORDS + "\\s{0,4}=\\s{0,4}\\{)[^}]{0,4096}");
    /** Quoted, also within quotes that are themselves escaped. */
    private static final Pattern QUOTED = Pattern.compile(
            "(?i)(" + WORDS + "[\\w.-]{0,40}\\\\{0,3}[\"']?\\s{0,4}[:=]\\s{0,4}(\\\\{0,3}[\"']))(?!\\2).{1,4096}?\\2");

    private static final Pattern PLAIN = Pattern.compile("(?i)(" + WORDS
            + "[\\w.-]{0,40}\\\\{0,3}[\"']?\\s{0,4}[:=]\\s{0,4}(?:bearer |basic )?)[^\\s\"'\\\\,;&{}\\[\\]]+");
    private static final Pattern SIGNED = Pattern.compile("(?i)(SharedAccessSignature)[ +][^\\s\"'\\\\,;]+");
    private static final Pattern SIGNATURE =
            Pattern.compile("(?i)((?:(?<![\\w%])|%26|%3f)sig(?:=|%3d))[^&\\s\"'\\\\;<>]+");
    private static final Pattern LOGIN = Pattern.compile("(://)[^/\\s\"'@]{1,200}@");
    private static final Pattern WEB_TOKEN = Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*");
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*(?:-----END[^-]{0,40}-----)?");

    /** Something of it is in all that the patterns above find: most lines have nothing of it, and need one look. */
    private static final Pattern SUSPICIOUS = Pattern.compile(
            "(?i)pass|pwd|secret|token|key|connection_?-?string|_pk|credential|sas_?-?ur|auth|sig|eyJ|://[^/\\s]{1,200}@");

    private final List<String> known;

    /** @param secrets that this board has; short ones are left out */
    public Redactor(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>();
        secrets.stream()
                .map(String::strip)
                .filter(secret -> secret.length() >= SHORTEST)
                .forEach(secret -> {
                    all.add(secret);
                    all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
                    // within quotes
                    all.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
                    // as it is in a stream of bytes that is read byte by byte
                    all.add(new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
                });
        known = all.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** Whether what has this name is likely to be a secret, as the name of a variable or of a field. */
    public static boolean isSecret(String name) {
        return NAME.matcher(name.substring(0, Math.min(name.length(), 200))).find();
    }

    /** A line or more, without its secrets. */
    public String text(String text) {
        String clean = text;
        for (String secret : known) {
            clean = clean.replace(secret, MASK);
        }
        if (!SUSPICIOUS.matcher(clean).find()) {
            return clean;
        }
        clean = PRIVATE_KEY.matcher(clean).replaceAll(MASK);
        clean = SIGNED.matcher(clean).replaceAll("$1 " + MASK);
        clean = SIGNATURE.matcher(clean).replaceAll("$1" + MASK);
        clean = LOGIN.matcher(clean).replaceAll("$1" + MASK + "@");
        clean = WEB_TOKEN.matcher(clean).replaceAll(MASK);
        clean = TABLE.matcher(clean).replaceAll("$1" + MASK);
        clean = QUOTED.matcher(clean).replaceAll("$1" + MASK + "$2");
        return PLAIN.matcher(clean).replaceAll("$1" + MASK);
    }

    /** A copy without secrets: of fields and variables whose names say that they are, nothing is left. */
    public JsonNode json(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode clean = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(field -> clean.set(
                            text(field.getKey()),
                            isSecret(field.getKey()) ? masked(field.getValue()) : json(field.getValue())));
            return clean;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode clean = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> clean.add(json(item)));
            return clean;
        }
        return node.isTextual() ? JsonNodeFactory.instance.textNode(variable(node.textValue())) : node;
    }

    /** {@code NAME=value}, as engines list environments. */
    private String variable(String text) {
        int equals = text.indexOf('=');
        return equals > 0 && text.substring(0, equals).matches("\\w{1,200}") && isSecret(text.substring(0, equals))
                ? text.substring(0, equals + 1) + MASK
                : text(text);
    }

    /** Its shape stays, so that one sees that it was there. */
    private static JsonNode masked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode clean = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> clean.set(field.getKey(), masked(field.getValue())));
            return clean;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode clean = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> clean.add(masked(item)));
            return clean;
        }
        return node.isNull() || node.isBoolean() ? node : JsonNodeFactory.instance.textNode(MASK);
    }
}
