package io.edgeagent.x509;

import io.edgeagent.x509.CertificateRequest.Use;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes keys and signs certificates, X.509 version 3 as of RFC 5280. */
public final class CertificateWriter {
    private static final String CURVE = "secp256r1";
    private static final int SERIAL_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    /** An elliptic-curve key, P-256: made in a millisecond, where RSA of 2048 bits takes seconds on a small board. */
    public KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + CURVE, e);
        }
    }

    /** A certificate that its own key signs. */
    public Credential selfSigned(CertificateRequest request, PrivateKey key) {
        byte[] name = request.subject().getEncoded();
        return new Credential(key, List.of(sign(request, name, keyId(request.key()), key)));
    }

    /**
     * A certificate below a CA.
     *
     * @return the request's key with its certificate, then those of the CA
     */
    public Credential signed(CertificateRequest request, PrivateKey key, Credential ca) {
        X509Certificate issuer = ca.certificate();
        byte[] id = subjectKeyId(issuer).orElseGet(() -> keyId(issuer.getPublicKey()));
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(sign(request, issuer.getSubjectX500Principal().getEncoded(), id, ca.key()));
        chain.addAll(ca.chain());
        return new Credential(key, chain);
    }

    private X509Certificate sign(CertificateRequest request, byte[] issuer, byte[] issuerKeyId, PrivateKey signer) {
        boolean ec = signer instanceof ECPrivateKey;
        byte[] algorithm = ec
                ? Der.sequence(Der.oid("1.2.840.10045.4.3.2"))
                : Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.element(Der.NULL));
        byte[] content = Der.sequence(
                Der.explicit(0, Der.integer(2)),
                Der.integer(serial()),
                algorithm,
                issuer,
                Der.sequence(Der.time(request.notBefore()), Der.time(request.notAfter())),
                request.subject().getEncoded(),
                request.key().getEncoded(),
                Der.explicit(3, extensions(request, issuerKeyId)));
        try {
            Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(signer, random);
            signature.update(content);
            byte[] whole = Der.sequence(content, algorithm, Der.bits(signature.sign(), 0));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new PemException("the key cannot sign a certificate: " + e.getMessage());
        }
    }

    private static byte[] extensions(CertificateRequest request, byte[] issuerKeyId) {
        List<byte[]> all = new ArrayList<>();
        boolean ca = request.use() == Use.CA;
        byte[] constraints = !ca
                ? Der.sequence()
                : request.pathLength().isPresent()
                        ? Der.sequence(
                                Der.yes(), Der.integer(request.pathLength().getAsInt()))
                        : Der.sequence(Der.yes());
        all.add(extension("2.5.29.19", true, constraints));
        // digitalSignature and keyCertSign are bits 0 and 5, counted from the left
        byte[] usage = ca ? Der.bits(new byte[] {(byte) 0x84}, 2) : Der.bits(new byte[] {(byte) 0x80}, 7);
        all.add(extension("2.5.29.15", true, usage));
        if (!ca) {
            String purpose = request.use() == Use.SERVER ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
            all.add(extension("2.5.29.37", false, Der.sequence(Der.oid(purpose))));
        }
        if (!request.names().isEmpty()) {
            byte[][] names = request.names().stream()
                    .map(AlternativeName::der)
                    .distinct()
                    .toArray(byte[][]::new);
            all.add(extension("2.5.29.17", false, Der.sequence(names)));
        }
        all.add(extension("2.5.29.14", false, Der.octets(keyId(request.key()))));
        all.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, issuerKeyId))));
        return Der.sequence(all.toArray(byte[][]::new));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private BigInteger serial() {
        byte[] bytes = new byte[SERIAL_BYTES];
        random.nextBytes(bytes);
        // positive and never zero
        bytes[0] = (byte) ((bytes[0] & 0x3f) | 0x40);
        return new BigInteger(1, bytes);
    }

    private static Optional<byte[]> subjectKeyId(X509Certificate certificate) {
        byte[] value = certificate.getExtensionValue("2.5.29.14");
        return value == null
                ? Optional.empty()
                : Optional.of(
                        new DerReader(value).next(Der.OCTET_STRING).inside().next(Der.OCTET_STRING).content);
    }

    /** RFC 5280, 4.2.1.2, the first way. */
    private static byte[] keyId(PublicKey key) {
        DerReader info = new DerReader(key.getEncoded()).next(Der.SEQUENCE).inside();
        info.next(Der.SEQUENCE);
        byte[] bits = info.next(Der.BIT_STRING).content;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(bits, 1, bits.length - 1);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}
