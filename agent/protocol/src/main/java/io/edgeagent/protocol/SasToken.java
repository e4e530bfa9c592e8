package io.edgeagent.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A shared access signature: {@code SharedAccessSignature sr=..&sig=..&se=..[&skn=..]} with the fields in any order.
 *
 * <p>The signature covers the resource <em>exactly as the token spells it</em>: the Java SDK signs it raw, Node and the service
 * clients sign it percent-encoded, so the raw text is kept and only {@link #resource} decodes it.
 *
 * @param rawResource the sr field as spelled
 * @param signature base64 of the HMAC-SHA256 of {@code rawResource + "\n" + expiry}
 * @param expiry seconds since 1970, the se field
 * @param policy the skn field, the name of a hub policy
 */
public record SasToken(String rawResource, String signature, long expiry, Optional<String> policy) {

    private static final String PREFIX = "SharedAccessSignature ";

    /** Signs an identity's own resource, for example {@code hub/devices/d/modules/m}; it is percent-encoded here. */
    public static SasToken sign(String resource, SharedKey key, Instant expiry) {
        return sign(resource, key, expiry, Optional.empty());
    }

    public static SasToken sign(String resource, SharedKey key, Instant expiry, Optional<String> policy) {
        String raw = Percent.encode(resource);
        long seconds = expiry.getEpochSecond();
        return new SasToken(raw, hmac(key, raw, seconds), seconds, policy);
    }

    /** @throws ProtocolException if a field is missing, doubled or malformed */
    public static SasToken parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new ProtocolException("a SAS token starts with \"SharedAccessSignature \"");
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : text.substring(PREFIX.length()).split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0 || fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
                throw new ProtocolException("a SAS token has the fields sr, sig, se and at most skn, each once");
            }
        }
        String raw = require(fields, "sr");
        try {
            // what cannot be decoded or printed is refused here, so that a token that exists can be asked anything
            Percent.decode(raw);
            long expiry =
                    Instant.ofEpochSecond(Long.parseLong(require(fields, "se"))).getEpochSecond();
            return new SasToken(
                    raw,
                    Percent.decode(require(fields, "sig")),
                    expiry,
                    Optional.ofNullable(fields.get("skn"))
                            .filter(name -> !name.isEmpty())
                            .map(Percent::decode));
        } catch (NumberFormatException | DateTimeException e) {
            throw new ProtocolException("the field se of a SAS token is in seconds since 1970", e);
        }
    }

    /** The resource decoded, with its host in lower case: {@code hub/devices/d/modules/$edgeAgent}. */
    public String resource() {
        String decoded = Percent.decode(rawResource);
        int slash = decoded.indexOf('/');
        return slash < 0
                ? decoded.toLowerCase(Locale.ROOT)
                : decoded.substring(0, slash).toLowerCase(Locale.ROOT) + decoded.substring(slash);
    }

    /** Whether one of the keys made this token and it has not expired at {@code now}. Constant time per key. */
    public boolean isValid(List<SharedKey> keys, Instant now) {
        if (expiry <= now.getEpochSecond()) {
            return false;
        }
        byte[] sent = signature.getBytes(StandardCharsets.UTF_8);
        boolean valid = false;
        for (SharedKey key : keys) {
            valid |= MessageDigest.isEqual(hmac(key, rawResource, expiry).getBytes(StandardCharsets.UTF_8), sent);
        }
        return valid;
    }

    /** Whether the token's resource is {@code wanted} or a path above it ({@code hub} covers {@code hub/devices/d}). */
    public boolean covers(String wanted) {
        String own = resource();
        String other = wanted.toLowerCase(Locale.ROOT);
        own = own.toLowerCase(Locale.ROOT);
        return other.equals(own) || other.startsWith(own + "/");
    }

    /** The password of MQTT CONNECT and the Authorization header of REST. */
    public String toText() {
        return PREFIX
                + "sr="
                + rawResource
                + "&sig="
                + Percent.encode(signature)
                + "&se="
                + expiry
                + policy.map(name -> "&skn=" + Percent.encode(name)).orElse("");
    }

    @Override
    public String toString() {
        return "SasToken[" + resource() + " until " + Instant.ofEpochSecond(expiry) + "]";
    }

    private static String hmac(SharedKey key, String rawResource, long expiry) {
        return Base64.getEncoder().encodeToString(key.sign(rawResource + "\n" + expiry));
    }

    private static String require(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new ProtocolException("the SAS token has no field " + name);
        }
        return value;
    }
}
