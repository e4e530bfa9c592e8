package io.edgeagent.identity;

import io.edgeagent.protocol.SharedKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What the agent does for a module with keys that the module never sees. Safe for several threads. */
public final class Workload {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Identities identities;
    private final KeyStore keys;
    private final ModuleCertificates certificates;
    private final Supplier<String> trustBundle;
    private final SecureRandom random = new SecureRandom();

    /** @param trustBundle PEM of the certificates that modules should trust */
    public Workload(
            Identities identities, KeyStore keys, ModuleCertificates certificates, Supplier<String> trustBundle) {
        this.identities = identities;
        this.keys = keys;
        this.certificates = certificates;
        this.trustBundle = trustBundle;
    }

    /** HMAC-SHA256 with the module's primary key. */
    public byte[] sign(ModuleIdentity module, byte[] data) {
        return identities.keyOf(module).sign(data);
    }

    public ModuleCertificates certificates() {
        return certificates;
    }

    public String trustBundle() {
        return trustBundle.get();
    }

    /**
     * AES-256-GCM with a key of this module alone. The nonce is ours and goes along: modules are known to use one initialization
     * vector for ever, which would give GCM away; theirs only has to be the same again.
     */
    public byte[] encrypt(ModuleIdentity module, String generation, byte[] vector, byte[] plaintext) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, module, generation, vector, nonce)
                    .doFinal(plaintext);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES/GCM", e);
        }
    }

    /** Empty if this module did not encrypt that here with that generation and vector. */
    public Optional<byte[]> decrypt(ModuleIdentity module, String generation, byte[] vector, byte[] ciphertext) {
        ByteBuffer buffer = ByteBuffer.wrap(ciphertext);
        if (buffer.remaining() < 1 + NONCE_BYTES + TAG_BITS / 8 || buffer.get() != VERSION) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        buffer.get(nonce);
        byte[] sealed = new byte[buffer.remaining()];
        buffer.get(sealed);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, module, generation, vector, nonce)
                    .doFinal(sealed));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES/GCM", e);
        }
    }

    private Cipher cipher(int mode, ModuleIdentity module, String generation, byte[] vector, byte[] nonce)
            throws GeneralSecurityException {
        byte[] key = SharedKey.of(keys.masterKey().sign("workload encryption\n" + module.moduleId()))
                .sign("AES-256-GCM");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        byte[] name = generation.getBytes(StandardCharsets.UTF_8);
        cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
        cipher.updateAAD(name);
        cipher.updateAAD(vector);
        return cipher;
    }
}
