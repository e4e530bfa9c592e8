package io.edgeagent.simulator.tls;

import io.edgeagent.simulator.hub.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes and keeps a CA and the server certificate below it, both EC P-256. */
public final class CertificateAuthority {
    /** The CA's certificate, for clients to trust. */
    public static final String CA_FILE = "ca.pem";

    private static final Pattern IPV4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
    private static final X500Name CA_NAME = new X500Name("CN=Edge Agent IoT Hub simulator CA");
    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final StateFolder folder;
    private final SecureRandom random = new SecureRandom();

    public CertificateAuthority(StateFolder folder) {
        this.folder = folder;
    }

    /**
     * A server's key and certificate chain.
     *
     * @param chain the server's certificate, then the CA's
     */
    public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {}

    /**
     * The certificate for the address. What the folder holds is used as long as it is for this address and 30 days from its end.
     *
     * @param address IPv4 address or host name
     * @throws IOException if the folder cannot be read or written
     */
    public ServerCertificate certificateFor(String address) throws IOException {
        try {
            Optional<ServerCertificate> ca = read("ca").filter(CertificateAuthority::isFresh);
            if (ca.isEmpty()) {
                ca = Optional.of(makeCa());
            }
            X509Certificate caCertificate = ca.get().chain().get(0);
            PrivateKey caKey = ca.get().key();
            Optional<ServerCertificate> server = read("server")
                    .filter(CertificateAuthority::isFresh)
                    .filter(old -> isFor(old.chain().get(0), address)
                            && isSignedBy(old.chain().get(0), caCertificate));
            ServerCertificate own = server.isPresent() ? server.get() : makeServer(address, caKey, caCertificate);
            return new ServerCertificate(own.key(), List.of(own.chain().get(0), caCertificate));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make certificates: " + e.getMessage(), e);
        }
    }

    private ServerCertificate makeCa() throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair keys = newKeys();
        X509v3CertificateBuilder builder = builder(CA_NAME, CA_NAME, keys);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        return keep("ca", keys.getPrivate(), sign(builder, keys.getPrivate()));
    }

    private ServerCertificate makeServer(String address, PrivateKey caKey, X509Certificate ca)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPair keys = newKeys();
        X509v3CertificateBuilder builder = builder(CA_NAME, new X500Name("CN=" + address), keys);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(ca));
        int kind = IPV4.matcher(address).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, address)));
        return keep("server", keys.getPrivate(), sign(builder, caKey));
    }

    private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, random),
                // boards without a battery start in the past
                Date.from(now.minus(LIFETIME)),
                Date.from(now.plus(LIFETIME)),
                subject,
                keys.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private ServerCertificate keep(String name, PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        // the key first: a certificate without its key would be trusted and useless
        folder.writePrivate(name + ".key.pem", KeyPairPem.write("PRIVATE KEY", key.getEncoded()));
        folder.writePublic(name + ".pem", KeyPairPem.write("CERTIFICATE", certificate.getEncoded()));
        return new ServerCertificate(key, List.of(certificate));
    }

    private Optional<ServerCertificate> read(String name) throws IOException, GeneralSecurityException {
        Optional<byte[]> key = folder.read(name + ".key.pem");
        Optional<byte[]> certificate = folder.read(name + ".pem");
        if (key.isEmpty() || certificate.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.get()));
        PrivateKey parsedKey = KeyPairPem.privateKey(new String(key.get(), StandardCharsets.US_ASCII));
        return Optional.of(new ServerCertificate(parsedKey, List.of(parsed))).filter(KeyPairPem::belongTogether);
    }

    private static boolean isFresh(ServerCertificate certificate) {
        return certificate
                .chain()
                .get(0)
                .getNotAfter()
                .toInstant()
                .isAfter(Instant.now().plus(RENEW_BEFORE));
    }

    private static boolean isFor(X509Certificate certificate, String address) {
        try {
            return certificate.getSubjectAlternativeNames() != null
                    && certificate.getSubjectAlternativeNames().stream()
                            .anyMatch(name -> name.get(1).equals(address));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate ca) {
        try {
            certificate.verify(ca.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
