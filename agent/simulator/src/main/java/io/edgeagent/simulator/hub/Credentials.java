package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How an identity proves itself.
 *
 * @param type sas, selfSigned, certificateAuthority or none, as the registry API spells them
 * @param primary present where the type is sas
 * @param secondary present where the type is sas
 * @param thumbprints primary and secondary thumbprint, of which one may be empty, where the type is selfSigned
 */
record Credentials(String type, Optional<SharedKey> primary, Optional<SharedKey> secondary, List<String> thumbprints) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}");
    private static final List<String> TYPES = List.of("sas", "selfSigned", "certificateAuthority", "none");

    /** What the system modules of an edge device start with: the edge runtime sets keys when it first runs. */
    static Credentials none() {
        return new Credentials("none", Optional.empty(), Optional.empty(), List.of());
    }

    static Credentials newKeys() {
        return new Credentials("sas", Optional.of(newKey()), Optional.of(newKey()), List.of());
    }

    /**
     * Reads "authentication" of a registry request. Keys that are left out are kept, or made if there are none; empty ones ask for
     * new ones: that is how Node registers, Java makes its own.
     *
     * @throws HubException 400 if a type, key or thumbprint is not valid
     */
    static Credentials parse(JsonNode json, Optional<Credentials> old) {
        if (json.isMissingNode() || json.isNull()) {
            return old.orElseGet(Credentials::newKeys);
        }
        if (!json.isObject()) {
            throw new HubException(HubError.ARGUMENT_INVALID, "authentication must be an object.");
        }
        JsonNode x509 = json.path("x509Thumbprint");
        List<String> thumbprints =
                List.of(thumbprint(x509, "primaryThumbprint"), thumbprint(x509, "secondaryThumbprint"));
        boolean known = thumbprints.stream().anyMatch(thumbprint -> !thumbprint.isEmpty());
        String type = type(json, known ? "selfSigned" : "sas");
        return switch (type) {
            case "sas" -> {
                JsonNode keys = json.path("symmetricKey");
                yield new Credentials(
                        type,
                        Optional.of(key(keys.path("primaryKey"), old.flatMap(Credentials::primary))),
                        Optional.of(key(keys.path("secondaryKey"), old.flatMap(Credentials::secondary))),
                        List.of());
            }
            case "selfSigned" -> {
                if (!known) {
                    throw new HubException(
                            HubError.ARGUMENT_INVALID, "authentication.type selfSigned needs a thumbprint.");
                }
                yield new Credentials(type, Optional.empty(), Optional.empty(), thumbprints);
            }
            default -> new Credentials(type, Optional.empty(), Optional.empty(), List.of());
        };
    }

    /** With a new primary key, or a new secondary one. */
    Credentials renew(boolean primaryKey) {
        return new Credentials(
                type,
                primaryKey ? Optional.of(newKey()) : primary,
                primaryKey ? secondary : Optional.of(newKey()),
                thumbprints);
    }

    /** The keys that tokens of this identity may be signed with. */
    List<SharedKey> keys() {
        return Stream.of(primary, secondary).flatMap(Optional::stream).toList();
    }

    ObjectNode toJson() {
        ObjectNode json = HubJson.object();
        json.putObject("symmetricKey")
                .put("primaryKey", primary.map(SharedKey::toBase64).orElse(null))
                .put("secondaryKey", secondary.map(SharedKey::toBase64).orElse(null));
        json.set("x509Thumbprint", thumbprintsJson());
        return json.put("type", type);
    }

    /** Both, null where there is none. */
    ObjectNode thumbprintsJson() {
        return HubJson.object()
                .put("primaryThumbprint", thumbprint(0).orElse(null))
                .put("secondaryThumbprint", thumbprint(1).orElse(null));
    }

    private Optional<String> thumbprint(int index) {
        return thumbprints.stream().skip(index).findFirst().filter(text -> !text.isEmpty());
    }

    private static String type(JsonNode json, String otherwise) {
        String wanted = json.path("type").asText(otherwise).toLowerCase(Locale.ROOT);
        return TYPES.stream()
                .filter(type -> type.toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new HubException(
                        HubError.ARGUMENT_INVALID, "authentication.type must be one of " + String.join(", ", TYPES)));
    }

    /** Empty where there is none. */
    private static String thumbprint(JsonNode x509, String field) {
        String text = x509.path(field).asText("");
        if (!text.isEmpty() && !THUMBPRINT.matcher(text).matches()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    field + " must be the SHA-1 or SHA-256 of a certificate: 40 or 64 hex digits.");
        }
        return text;
    }

    private static SharedKey key(JsonNode json, Optional<SharedKey> old) {
        if (json.isMissingNode() || json.isNull()) {
            return old.orElseGet(Credentials::newKey);
        }
        String text = json.asText("");
        if (text.isEmpty() && json.isTextual()) {
            return newKey();
        }
        try {
            return SharedKey.fromBase64(text);
        } catch (ProtocolException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, e.getMessage());
        }
    }

    static SharedKey newKey() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return SharedKey.of(bytes);
    }
}
