package io.edgeagent.simulator.blob;

import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The one account of the storage, with its key: makes signatures of containers and checks those of requests ("Create a service SAS"). */
public final class BlobAccount {
    /** The first part of every path, as where an account has no name of its own in DNS. */
    public static final String NAME = "simulatedstorage";

    private static final String KEY_FILE = "blob-account.key";
    private static final int KEY_BYTES = 64;
    private static final String VERSION = "2020-10-02";
    /** Since then the encryption scope is signed too. */
    private static final String WITH_SCOPE = "2020-12-06";

    private static final String OLDEST = "2018-11-09";

    private final SharedKey key;
    private final InstantSource clock;

    private BlobAccount(SharedKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** With the key that the folder has, or a new one. */
    public static BlobAccount open(StateFolder folder, InstantSource clock) throws IOException {
        var kept = folder.read(KEY_FILE);
        if (kept.isPresent()) {
            return new BlobAccount(
                    SharedKey.fromBase64(new String(kept.get(), StandardCharsets.US_ASCII).strip()), clock);
        }
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        SharedKey made = SharedKey.of(bytes);
        folder.writePrivate(KEY_FILE, made.toBase64().getBytes(StandardCharsets.US_ASCII));
        return new BlobAccount(made, clock);
    }

    /** For Azure's SDK; it is a secret. */
    public String key() {
        return key.toBase64();
    }

    /** @param permissions letters as {@code racwl} */
    String sas(String container, String permissions, Instant expiry) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("sv", VERSION);
        query.put("se", expiry.truncatedTo(ChronoUnit.SECONDS).toString());
        query.put("sr", "c");
        query.put("sp", permissions);
        query.put("sig", signature(query, resource(container, "")));
        return query.entrySet().stream()
                .map(field -> field.getKey() + "=" + Percent.encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String resource(String container, String blob) {
        return "/blob/" + NAME + "/" + container + (blob.isEmpty() ? "" : "/" + blob);
    }

    private String signature(Map<String, String> query, String resource) {
        boolean withScope = field(query, "sv").compareTo(WITH_SCOPE) >= 0;
        List<String> fields = List.of(
                field(query, "sp"),
                field(query, "st"),
                field(query, "se"),
                resource,
                field(query, "si"),
                field(query, "sip"),
                field(query, "spr"),
                field(query, "sv"),
                field(query, "sr"),
                "",
                withScope ? field(query, "ses") + "\n" + field(query, "rscc") : field(query, "rscc"),
                field(query, "rscd"),
                field(query, "rsce"),
                field(query, "rscl"),
                field(query, "rsct"));
        return Base64.getEncoder().encodeToString(key.sign(String.join("\n", fields)));
    }

    private static String field(Map<String, String> query, String name) {
        return query.getOrDefault(name, "");
    }

    /**
     * Holds a request's signature against the key, and against what is to be done.
     *
     * @param query decoded
     * @param needed letters of which one must be permitted
     * @throws BlobException 403 or 401 if it may not
     */
    void check(String container, String blob, Map<String, String> query, String needed) {
        if (field(query, "sig").isEmpty()) {
            throw new BlobException(401, "NoAuthenticationInformation", "The request has no shared access signature.");
        }
        if (field(query, "sv").compareTo(OLDEST) < 0) {
            throw refused("The version of the signature is too old for this storage.");
        }
        boolean ofBlob = field(query, "sr").equals("b");
        if (!ofBlob && !field(query, "sr").equals("c")) {
            throw refused("Only signatures of a container or a blob are known here.");
        }
        String expected = signature(query, resource(container, ofBlob ? blob : ""));
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                field(query, "sig").getBytes(StandardCharsets.UTF_8))) {
            throw refused("Signature did not match.");
        }
        Instant now = clock.instant();
        if (!time(field(query, "se")).isAfter(now)
                || (!field(query, "st").isEmpty() && time(field(query, "st")).isAfter(now))) {
            throw refused("Signature not valid in the specified time frame: Start [" + field(query, "st")
                    + "] - Expiry [" + field(query, "se") + "] - Current [" + now + "]");
        }
        if (needed.chars().noneMatch(letter -> field(query, "sp").indexOf(letter) >= 0)) {
            throw new BlobException(
                    403,
                    "AuthorizationPermissionMismatch",
                    "This request is not authorized to perform this operation using this permission.");
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text.length() == 10 ? text + "T00:00:00Z" : text)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw refused("A time of the signature cannot be read.");
        }
    }

    private static BlobException refused(String detail) {
        return new BlobException(403, "AuthenticationFailed", detail);
    }
}
