package io.edgeagent.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Secrets by name, and the forms in which one could slip out. */
final class Secrets {
    // of a P-256 key in PKCS#8 the bytes 36 to 67 are secret; lines of PEM have 64 characters
    private static final int PIECE = 16;
    private static final int BEGIN = 48;
    private static final int END = 80;

    private final Map<String, List<String>> forms = new LinkedHashMap<>();

    /** A key in base64. */
    void key(String name, String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        List<String> all = new ArrayList<>(List.of(
                base64.replaceAll("=+$", ""),
                URLEncoder.encode(base64, StandardCharsets.US_ASCII),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes)));
        all.addAll(inBase64(base64));
        forms.put(name, all);
    }

    /** A word, such as a password. */
    void word(String name, String word) {
        List<String> all = new ArrayList<>(List.of(word, URLEncoder.encode(word, StandardCharsets.UTF_8)));
        all.addAll(inBase64(word));
        forms.put(name, all);
    }

    /** A private key in PEM: any piece of its secret part gives it away. */
    void pem(String name, String text) {
        String body = text.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----.*", "$1")
                .replaceAll("\\s", "");
        List<String> all = new ArrayList<>();
        for (int i = BEGIN; i < END; i += PIECE) {
            all.add(body.substring(i, i + PIECE));
        }
        byte[] secret = Arrays.copyOfRange(Base64.getDecoder().decode(body), 36, 68);
        all.add(HexFormat.of().formatHex(secret));
        all.add(HexFormat.of().withUpperCase().formatHex(secret));
        forms.put(name, all);
    }

    /** What of this is in the text: name of the secret and form, never the secret itself. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        forms.forEach((name, all) -> {
            for (int i = 0; i < all.size(); i++) {
                if (text.contains(all.get(i))) {
                    found.add(String.format(Locale.ROOT, "%s, form %d", name, i));
                }
            }
        });
        return found;
    }

    /** As it looks inside of something that was put into base64 whole, at each of the three places it can begin at. */
    private static List<String> inBase64(String text) {
        List<String> all = new ArrayList<>();
        for (int shift = 0; shift < 3; shift++) {
            String coded = Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(("x".repeat(shift) + text).getBytes(StandardCharsets.UTF_8));
            all.add(coded.substring(shift == 0 ? 0 : shift + 1, coded.length() - 2));
        }
        return all;
    }
}
