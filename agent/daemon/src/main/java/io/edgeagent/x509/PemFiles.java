package io.edgeagent.x509;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Certificates and keys in PEM files, as OpenSSL and its kin write them. Every failure is a {@link PemException}. */
public final class PemFiles {
    private static final int MAX_SIZE = 1 << 20;
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private PemFiles() {}

    /** All certificates of a file, at least one; what else is in it is left alone. */
    public static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        for (Pem.Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                found.add(certificate(file, block));
            }
        }
        if (found.isEmpty()) {
            throw new PemException(
                    file + " holds no certificate in PEM (-----BEGIN CERTIFICATE-----); one in DER becomes"
                            + " PEM with: openssl x509 -inform DER -in " + file + " -out NEW.pem");
        }
        return found;
    }

    /** The one private key of a file, which must not be encrypted: an agent that starts by itself can ask nobody. */
    public static PrivateKey privateKey(Path file) {
        List<Pem.Block> blocks = blocks(file);
        Optional<byte[]> curve = blocks.stream()
                .filter(block -> block.label().equals("EC PARAMETERS"))
                .map(Pem.Block::bytes)
                .findFirst();
        List<Pem.Block> keys = blocks.stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) {
            throw new PemException(
                    keys.isEmpty()
                            ? file
                                    + " holds no private key in PEM; one in DER becomes PEM with: openssl pkey -inform DER -in "
                                    + file + " -out NEW.pem"
                            : file + " holds " + keys.size() + " private keys: leave one in it");
        }
        Pem.Block key = keys.get(0);
        if (key.isEncrypted()) {
            throw new PemException(file + " is encrypted, and an agent that starts by itself can ask nobody for the"
                    + " password; decrypt it with: openssl pkey -in " + file + " -out NEW.pem && chmod 600 NEW.pem");
        }
        try {
            return switch (key.label()) {
                case "PRIVATE KEY" -> PrivateKeys.pkcs8(key.bytes());
                case "RSA PRIVATE KEY" -> PrivateKeys.pkcs1(key.bytes());
                case "EC PRIVATE KEY" -> PrivateKeys.sec1(key.bytes(), curve);
                default ->
                    throw new PemException("it is a key of the kind \"" + key.label()
                            + "\", which TLS does not use; ssh keys become PEM with: ssh-keygen -p -m PEM -f COPY");
            };
        } catch (PemException e) {
            throw new PemException(file + " cannot be used as a private key: " + e.getMessage());
        }
    }

    /** A certificate with its chain and the key that belongs to it. */
    public static Credential credential(Path certificateFile, Path keyFile) {
        List<X509Certificate> chain = certificates(certificateFile);
        PrivateKey key = privateKey(keyFile);
        if (!Credential.belongTogether(key, chain.get(0).getPublicKey())) {
            boolean later = chain.stream().anyMatch(other -> Credential.belongTogether(key, other.getPublicKey()));
            throw new PemException(
                    later
                            ? certificateFile + " has the certificate of the key " + keyFile
                                    + " not in the first place: it comes first, then those that signed it"
                            : "the certificate " + certificateFile + " and the key " + keyFile
                                    + " do not belong together: compare what these print: openssl x509 -noout -pubkey -in "
                                    + certificateFile + "; openssl pkey -pubout -in " + keyFile);
        }
        return new Credential(key, chain);
    }

    /** What to do about a key file that more than its owner and group may read; empty if that is in order. */
    public static Optional<String> tooOpen(Path keyFile) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(keyFile);
            return mode.stream().noneMatch(OTHERS::contains)
                    ? Optional.empty()
                    : Optional.of("the key file " + keyFile + " has the mode " + PosixFilePermissions.toString(mode)
                            + ", so that others can read or change it: sudo chmod 600 " + keyFile);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static List<Pem.Block> blocks(Path file) {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new PemException(file + " is larger than " + MAX_SIZE + " bytes: is it a PEM file?");
            }
            // any byte has a character, and PEM itself is ASCII
            return Pem.blocks(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new PemException("there is no file " + file);
        } catch (AccessDeniedException e) {
            throw new PemException(file + " cannot be read: permission denied; the service runs as the user edge-agent:"
                    + " sudo chown edge-agent " + file);
        } catch (IOException e) {
            throw new PemException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static X509Certificate certificate(Path file, Pem.Block block) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.bytes()));
        } catch (CertificateException | PemException e) {
            throw new PemException(file + " holds a certificate that is damaged");
        }
    }
}
