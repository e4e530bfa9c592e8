package io.edgeagent.x509;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/** Distinguished names from their parts. */
public final class SubjectName {
    /** The attributes that a name may have; all have a short form in RFC 4514. */
    public static final List<String> ATTRIBUTES = List.of("C", "ST", "L", "O", "OU", "CN");

    // RFC 5280, upper bounds
    private static final int MAX = 64;
    private static final int MAX_COUNTRY = 2;

    private SubjectName() {}

    /** A name of one common name, cut to what a certificate holds. */
    public static X500Principal ofCommonName(String name) {
        return of(Map.of("CN", name));
    }

    /**
     * A name of several attributes.
     *
     * @param parts from names in {@link #ATTRIBUTES} to their values, which are cut to what a certificate holds
     * @throws IllegalArgumentException for another attribute, or a value that none can have
     */
    public static X500Principal of(Map<String, String> parts) {
        Map<String, String> known = new LinkedHashMap<>(parts);
        // RFC 4514 writes the last one first
        String text = ATTRIBUTES.stream()
                .filter(known::containsKey)
                .map(attribute -> attribute + "=\"" + value(attribute, known.get(attribute)) + "\"")
                .collect(Collectors.collectingAndThen(Collectors.toList(), list -> {
                    Collections.reverse(list);
                    return String.join(",", list);
                }));
        known.keySet().removeAll(ATTRIBUTES);
        if (text.isEmpty() || !known.isEmpty()) {
            throw new IllegalArgumentException("a name has some of " + String.join(", ", ATTRIBUTES));
        }
        return new X500Principal(text);
    }

    private static String value(String attribute, String value) {
        int max = attribute.equals("C") ? MAX_COUNTRY : MAX;
        String cut = value.length() <= max ? value : value.substring(0, max);
        if (cut.isBlank() || cut.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(attribute + " is empty or has control characters");
        }
        return cut.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
