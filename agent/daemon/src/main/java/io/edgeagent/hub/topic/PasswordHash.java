package io.edgeagent.hub.topic;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is known of a password: itself, or its hash as {@code mosquitto_passwd} writes it, {@code $7$iterations$salt$hash} (PBKDF2 with
 * HMAC-SHA512). It is never shown. Immutable.
 */
public final class PasswordHash {
    private static final Pattern MOSQUITTO =
            Pattern.compile("\\$7\\$([0-9]{1,5})\\$([A-Za-z0-9+/=]{4,100})\\$([A-Za-z0-9+/=]{20,200})");
    /** Some tenths of a second on a small board. */
    private static final int MOST_ITERATIONS = 10_000;

    private static final int LONGEST = 1024;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    public static PasswordHash ofPassword(String password) {
        return new PasswordHash(0, new byte[0], sha256(password));
    }

    /** @throws IllegalArgumentException without the text if it is not such a hash */
    public static PasswordHash ofMosquitto(String text) {
        Matcher parts = MOSQUITTO.matcher(text.strip());
        if (!parts.matches()
                || Integer.parseInt(parts.group(1)) < 1
                || Integer.parseInt(parts.group(1)) > MOST_ITERATIONS) {
            throw new IllegalArgumentException(
                    "not a hash as mosquitto_passwd writes it: $7$iterations$salt$hash, with at most " + MOST_ITERATIONS
                            + " iterations");
        }
        return new PasswordHash(
                Integer.parseInt(parts.group(1)),
                Base64.getDecoder().decode(parts.group(2)),
                Base64.getDecoder().decode(parts.group(3)));
    }

    /** How dear it is; 0 for a password itself. */
    int iterations() {
        return iterations;
    }

    /** Takes as long for a wrong password as for the right one. */
    boolean isOf(String password) {
        if (password.length() > LONGEST) {
            return false;
        }
        return MessageDigest.isEqual(hash, iterations == 0 ? sha256(password) : pbkdf2(password));
    }

    private byte[] pbkdf2(String password) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, hash.length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // an empty password cannot be derived from
            return new byte[0];
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] sha256(String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "password";
    }
}
