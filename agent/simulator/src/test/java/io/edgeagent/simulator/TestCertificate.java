package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.Certificates;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A client's or CA's certificate with its key; the chain starts with it and has no root. */
record TestCertificate(PrivateKey key, List<X509Certificate> chain) {
    private static final Duration YEAR = Duration.ofDays(365);

    static TestCertificate selfSigned(String commonName) {
        return make(commonName, Optional.empty(), false, Instant.now());
    }

    static TestCertificate ca(String commonName) {
        return make(commonName, Optional.empty(), true, Instant.now());
    }

    TestCertificate signs(String commonName) {
        return make(commonName, Optional.of(this), false, Instant.now());
    }

    TestCertificate signsCa(String commonName) {
        return make(commonName, Optional.of(this), true, Instant.now());
    }

    static TestCertificate expired(String commonName) {
        return make(commonName, Optional.empty(), false, Instant.now().minus(YEAR.multipliedBy(3)));
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    String pem() {
        return Certificates.pem(certificate());
    }

    String thumbprint() {
        return Certificates.thumbprint(certificate());
    }

    /** Presents it to the hub. */
    SSLContext context() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), TestHub.trustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TestCertificate make(
            String commonName, Optional<TestCertificate> issuer, boolean ca, Instant middle) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X500Name name = new X500Name("CN=" + commonName);
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer.map(signer -> new X500Name(signer.certificate()
                                    .getSubjectX500Principal()
                                    .getName()))
                            .orElse(name),
                    new BigInteger(100, new SecureRandom()),
                    Date.from(middle.minus(YEAR)),
                    Date.from(middle.plus(YEAR)),
                    name,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            PrivateKey signer = issuer.map(TestCertificate::key).orElse(keys.getPrivate());
            X509Certificate own = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
            List<X509Certificate> above = issuer.map(TestCertificate::chain).orElse(List.of()).stream()
                    .filter(each -> !each.getSubjectX500Principal().equals(each.getIssuerX500Principal()))
                    .toList();
            return new TestCertificate(
                    keys.getPrivate(),
                    Stream.concat(Stream.of(own), above.stream()).toList());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
