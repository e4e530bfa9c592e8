package io.edgeagent.identity;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateRequest;
import io.edgeagent.x509.CertificateRequest.Use;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.Pem;
import io.edgeagent.x509.SubjectName;
import io.edgeagent.x509.Validity;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;

/** Signs the certificates of this device: the hub's, and those that modules ask for. Safe for several threads. */
public final class EdgeCa {
    /** The longest that a certificate of ours is valid; shorter where the CA ends before. */
    static final Duration LIFE = Duration.ofDays(30);

    private final CaSource source;
    private final CertificateWriter writer;
    private final InstantSource clock;

    public EdgeCa(CaSource source, CertificateWriter writer, InstantSource clock) {
        this.source = source;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * A new key and certificate for a TLS server.
     *
     * @param names what it is reached by; the first is its subject too
     * @throws ProblemException if there is no CA that can sign
     */
    public Credential server(String commonName, List<AlternativeName> names) {
        return issue(commonName, Use.SERVER, names);
    }

    /**
     * A new key and certificate for a TLS client.
     *
     * @throws ProblemException if there is no CA that can sign
     */
    public Credential client(String commonName, List<AlternativeName> names) {
        return issue(commonName, Use.CLIENT, names);
    }

    /** PEM of the certificates that clients must trust. */
    public String trusted() {
        return Pem.certificates(source.anchors());
    }

    Instant now() {
        return clock.instant();
    }

    private Credential issue(String commonName, Use use, List<AlternativeName> names) {
        Credential ca = source.current();
        Validity above = Validity.of(ca.certificate());
        Instant now = clock.instant();
        if (above.isOver(now)) {
            throw new ProblemException(
                    ErrorCode.CERTIFICATE_INVALID,
                    "the edge CA " + above.fault(now).orElseThrow());
        }
        // a clock that is not set yet must not make one that ends before its CA begins
        Instant begin = latest(now.minus(OwnCa.SLACK), above.from());
        Instant end = earliest(latest(now, above.from()).plus(LIFE), above.to());
        KeyPair keys = writer.newKey();
        return writer.signed(
                new CertificateRequest(
                        SubjectName.ofCommonName(commonName),
                        keys.getPublic(),
                        use,
                        OptionalInt.empty(),
                        names,
                        begin,
                        end),
                keys.getPrivate(),
                ca);
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earliest(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
