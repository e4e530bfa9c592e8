package io.edgeagent.hub;

import io.edgeagent.hub.TokenCheck.Rule;
import io.edgeagent.hub.TokenCheck.Verdict;
import io.edgeagent.model.Printable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whether a device's certificate is the one that it is registered with (hub contract 3.3). That the device has its key, TLS has shown.
 * Reads and computes only, at most one signature for each certificate of the chain and root of its issuer's name; from any thread.
 */
final class CertificateCheck {
    private static final int LONGEST_NAME = 200;

    private CertificateCheck() {}

    /**
     * @param chain as the client presented it, its own certificate first; not empty
     * @param roots that devices' CAs must lead to
     * @param now the epoch while nobody has set the clock: then validity is not looked at
     */
    static Verdict check(
            ClientId id,
            ModuleDirectory.Known known,
            List<X509Certificate> chain,
            List<X509Certificate> roots,
            Instant now) {
        X509Certificate own = chain.get(0);
        Optional<Verdict> refusal = known.type().equals(ModuleDirectory.Known.SELF_SIGNED)
                ? otherThumbprint(known, own)
                : notOfCa(id, chain, roots, now);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Instant begin = own.getNotBefore().toInstant();
        Instant end = own.getNotAfter().toInstant();
        boolean outside = now.isBefore(begin.minus(TokenCheck.SKEW)) || now.isAfter(end.plus(TokenCheck.SKEW));
        if (!now.equals(Instant.EPOCH) && outside) {
            return Verdict.refused(
                    Rule.EXPIRED, "its certificate is valid from " + begin + " to " + end + "; here it is " + now);
        }
        return new Verdict(Rule.NONE, Optional.empty(), end);
    }

    private static Optional<Verdict> otherThumbprint(ModuleDirectory.Known known, X509Certificate own) {
        Set<String> expected = known.thumbprints().stream()
                .map(text -> text.replace(":", "").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        String sha1 = digest("SHA-1", own);
        String sha256 = digest("SHA-256", own);
        return expected.contains(sha1) || expected.contains(sha256)
                ? Optional.empty()
                : Optional.of(Verdict.refused(
                        Rule.WRONG_THUMBPRINT,
                        "the thumbprint of its certificate is " + sha1 + " (SHA-256 " + sha256 + "), and IoT Hub has "
                                + (expected.isEmpty() ? "none" : String.join(" and ", expected))));
    }

    private static Optional<Verdict> notOfCa(
            ClientId id, List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        X509Certificate own = chain.get(0);
        String name = commonName(own);
        if (!name.equals(id.device())) {
            return Optional.of(Verdict.refused(
                    Rule.WRONG_NAME,
                    "the common name in its certificate is \"" + Printable.of(name, LONGEST_NAME) + "\", and must be "
                            + id));
        }
        if (own.getBasicConstraints() >= 0) {
            return Optional.of(Verdict.refused(Rule.UNTRUSTED, "its certificate is that of a CA"));
        }
        String issuer = chain.get(chain.size() - 1).getIssuerX500Principal().getName();
        return leads(chain, roots, now)
                ? Optional.empty()
                : Optional.of(Verdict.refused(
                        Rule.UNTRUSTED,
                        "it sent " + chain.size() + " certificates, the last one of the issuer \""
                                + Printable.of(issuer, LONGEST_NAME) + "\", and they lead to none of the "
                                + roots.size() + " certificates in trust_bundle_cert"));
    }

    /** TLS has them in their order. A search for a way through certificates that a stranger made up could take for ever. */
    private static boolean leads(List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate last = chain.get(i);
            for (X509Certificate root : roots) {
                boolean issued = root.getSubjectX500Principal().equals(last.getIssuerX500Principal());
                if ((issued && isValid(chain.subList(0, i + 1), root, now))
                        || (i > 0 && root.equals(last) && isValid(chain.subList(0, i), root, now))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isValid(List<X509Certificate> path, X509Certificate root, Instant now) {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            // the end of the device's own certificate is judged apart
            X509Certificate own = path.get(0);
            boolean ended =
                    now.equals(Instant.EPOCH) || now.isAfter(own.getNotAfter().toInstant());
            parameters.setDate(ended ? own.getNotAfter() : Date.from(later(now, own.getNotBefore())));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Instant later(Instant now, Date begin) {
        return now.isBefore(begin.toInstant()) ? begin.toInstant() : now;
    }

    private static String commonName(X509Certificate certificate) {
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

    private static String digest(String algorithm, X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + algorithm, e);
        }
    }
}
