package io.edgeagent.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A symmetric key of a device, module or hub policy. Never prints itself; {@link #toBase64} is the one way out. */
public final class SharedKey {
    private final byte[] bytes;

    private SharedKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a key as connection strings and REST bodies carry it.
     *
     * @throws ProtocolException if the text is not valid base64 or is empty
     */
    public static SharedKey fromBase64(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    "the shared access key is not base64: copy the whole key, with the '=' at its end", e);
        }
        if (bytes.length == 0) {
            throw new ProtocolException("the shared access key is empty: copy it from the device's page in the hub");
        }
        return new SharedKey(bytes);
    }

    public static SharedKey of(byte[] bytes) {
        if (bytes.length == 0) {
            throw new ProtocolException("a shared access key needs at least one byte");
        }
        return new SharedKey(bytes.clone());
    }

    public String toBase64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** HMAC-SHA256 of the UTF-8 text. */
    public byte[] sign(String text) {
        return sign(text.getBytes(StandardCharsets.UTF_8));
    }

    /** HMAC-SHA256 of the bytes, 32 bytes long. */
    public byte[] sign(byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
