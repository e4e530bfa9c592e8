package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubError;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What clients' certificates say and whom they can be traced to. TLS only proves that the client holds the key. */
public final class Certificates {
    private Certificates() {}

    /** The first certificate of a PEM text. @throws HubException 400 if there is none */
    public static X509Certificate parse(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID, "There is no X.509 certificate in PEM: " + e.getMessage());
        }
    }

    public static String pem(X509Certificate certificate) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(certificate));
        return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    }

    /** SHA-1 in upper-case hex, what portals show as the thumbprint. */
    public static String thumbprint(X509Certificate certificate) {
        return digest("SHA-1", certificate);
    }

    /** Whether it has the thumbprint: SHA-1 or SHA-256 in hex of either case, colons allowed. */
    public static boolean hasThumbprint(X509Certificate certificate, String thumbprint) {
        String wanted = thumbprint.replace(":", "").toUpperCase(Locale.ROOT);
        return wanted.equals(thumbprint(certificate)) || wanted.equals(digest("SHA-256", certificate));
    }

    /** The subject's common name; empty if it has none. */
    public static String commonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(Object::toString)
                            .findFirst()
                            .orElse("");
        } catch (InvalidNameException e) {
            return "";
        }
    }

    public static boolean isValidAt(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    /**
     * Whether one of the CAs signed the client's certificate, directly or through others of the chain, all of them valid.
     *
     * @param chain as the client sent it, its own certificate first
     */
    public static boolean leadsTo(List<X509Certificate> chain, Collection<X509Certificate> cas, Instant now) {
        if (cas.isEmpty() || cas.contains(chain.get(0))) {
            return false;
        }
        Set<TrustAnchor> anchors =
                cas.stream().map(ca -> new TrustAnchor(ca, null)).collect(Collectors.toSet());
        X509CertSelector own = new X509CertSelector();
        own.setCertificate(chain.get(0));
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, own);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return cas.stream().anyMatch(ca -> isValidAt(ca, now));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String digest(String algorithm, X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(encoded(certificate));
            return HexFormat.of().withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }
}
