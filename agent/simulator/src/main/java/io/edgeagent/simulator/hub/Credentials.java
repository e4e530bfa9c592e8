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
    private static final List<String> TYPES = List.of("sas", "selfSigned", "certificateAuthority", "none");

    /** What the system modules of an edge device start with: the edge runtime sets keys when it first runs. */
    static Credentials none() {
        return new Credentials("none", Optional.empty(), Optional.empty(), List.of());
    }

    static Credentials newKeys() {
        return new Credentials("sas", Optional.of(newKey()), Optional.of(newKey()), List.of());
    }

    /**
     * Reads "authentication" of a registry request. Keys that are left out are kept, or made if there are none: Node sends empty
     * keys, Java makes its own.
     */
    static Credentials parse(JsonNode json, Optional<Credentials> old) {
        if (!json.isObject()) {
            return old.orElseGet(Credentials::newKeys);
        }
        String type = type(json);
        if (type.equals("sas")) {
            JsonNode keys = json.path("symmetricKey");
            return new Credentials(
                    type,
                    Optional.of(key(keys.path("primaryKey"), old.flatMap(Credentials::primary))),
                    Optional.of(key(keys.path("secondaryKey"), old.flatMap(Credentials::secondary))),
                    List.of());
        }
        JsonNode thumbprint = json.path("x509Thumbprint");
        return new Credentials(
                type,
                Optional.empty(),
                Optional.empty(),
                type.equals("selfSigned")
                        ? List.of(
                                thumbprint.path("primaryThumbprint").asText(""),
                                thumbprint.path("secondaryThumbprint").asText(""))
                        : List.of());
    }

    /** The keys that tokens of this identity may be signed with. */
    List<SharedKey> keys() {
        return Stream.of(primary, secondary).flatMap(Optional::stream).toList();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.putObject("symmetricKey")
                .put("primaryKey", primary.map(SharedKey::toBase64).orElse(null))
                .put("secondaryKey", secondary.map(SharedKey::toBase64).orElse(null));
        json.putObject("x509Thumbprint")
                .put("primaryThumbprint", thumbprints.isEmpty() ? null : thumbprints.get(0))
                .put("secondaryThumbprint", thumbprints.isEmpty() ? null : thumbprints.get(1));
        return json.put("type", type);
    }

    private static String type(JsonNode json) {
        String wanted = json.path("type").asText("sas").toLowerCase(Locale.ROOT);
        return TYPES.stream()
                .filter(type -> type.toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new HubException(
                        HubError.ARGUMENT_INVALID, "authentication.type must be one of " + String.join(", ", TYPES)));
    }

    private static SharedKey key(JsonNode json, Optional<SharedKey> old) {
        String text = json.asText("");
        if (text.isEmpty()) {
            return old.orElseGet(Credentials::newKey);
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
