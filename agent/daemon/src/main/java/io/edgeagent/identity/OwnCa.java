package io.edgeagent.identity;

import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.CertificateRequest;
import io.edgeagent.x509.CertificateRequest.Use;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import io.edgeagent.x509.Validity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CA that the device makes itself: a root that modules trust, valid whatever the clock says, and below it the CA that signs, with
 * a short life. The one below is renewed without anybody noticing, because clients know the root.
 */
public final class OwnCa implements CaSource {
    private static final Logger LOG = LoggerFactory.getLogger(OwnCa.class);
    private static final String ROOT = "root-ca";
    private static final String EDGE = "edge-ca";
    // a board without a battery begins in 1970; after 2049 dates need another form, which few have tried
    private static final Instant ALWAYS_FROM = Instant.EPOCH;
    private static final Instant ALWAYS_TO = Instant.parse("2049-12-31T23:59:59Z");
    // a clock before this is one that nobody has set yet
    private static final Instant SET = Instant.parse("2025-01-01T00:00:00Z");

    /** How far back certificates begin, for clients whose clocks are behind. */
    static final Duration SLACK = Duration.ofDays(1);

    private final CaStore store;
    private final CertificateWriter writer;
    private final InstantSource clock;
    private final X500Principal rootName;
    private final X500Principal edgeName;
    private final Duration life;
    private Optional<Credential> root = Optional.empty();
    private Optional<Credential> edge = Optional.empty();
    private boolean renewalFailed;

    /**
     * @param edgeName subject of the CA that signs
     * @param life of the CA that signs
     */
    public OwnCa(
            CaStore store,
            CertificateWriter writer,
            InstantSource clock,
            String deviceId,
            X500Principal edgeName,
            Duration life) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
        this.rootName = SubjectName.ofCommonName("edge-agent root " + deviceId);
        this.edgeName = edgeName;
        this.life = life;
    }

    @Override
    public synchronized Credential current() {
        Credential above = root();
        if (edge.isEmpty()) {
            edge = store.read(EDGE).filter(found -> isBelow(found, above));
        }
        Instant now = clock.instant();
        if (edge.isEmpty() || mustRenew(edge.get(), now)) {
            renew(above, now);
        }
        return edge.orElseThrow();
    }

    @Override
    public synchronized List<X509Certificate> anchors() {
        return List.of(root().certificate(), current().certificate());
    }

    private Credential root() {
        if (root.isEmpty()) {
            root = store.read(ROOT);
        }
        if (root.isEmpty()) {
            KeyPair keys = writer.newKey();
            Credential made = writer.selfSigned(
                    new CertificateRequest(
                            rootName, keys.getPublic(), Use.CA, OptionalInt.of(1), List.of(), ALWAYS_FROM, ALWAYS_TO),
                    keys.getPrivate());
            store.write(ROOT, made);
            root = Optional.of(made);
            LOG.info("event=root_ca_made subject=\"{}\"", rootName);
        }
        return root.get();
    }

    private boolean mustRenew(Credential old, Instant now) {
        // an unset clock says nothing about a certificate, and would make a new one at every boot
        boolean isStale = now.isAfter(SET) && !Validity.of(old.certificate()).isFresh(now);
        return isStale || !old.certificate().getSubjectX500Principal().equals(edgeName);
    }

    private void renew(Credential above, Instant now) {
        KeyPair keys = writer.newKey();
        Instant begin = now.minus(SLACK);
        Instant end = now.plus(life).isBefore(ALWAYS_TO) ? now.plus(life) : ALWAYS_TO;
        Credential made = writer.signed(
                new CertificateRequest(edgeName, keys.getPublic(), Use.CA, OptionalInt.of(0), List.of(), begin, end),
                keys.getPrivate(),
                above);
        // clients have the root: it need not be sent to them
        made = new Credential(made.key(), List.of(made.certificate()));
        try {
            store.write(EDGE, made);
        } catch (ProblemException e) {
            if (edge.isEmpty() || Validity.of(edge.get().certificate()).isOver(now)) {
                throw e;
            }
            if (!renewalFailed) {
                LOG.warn("event=edge_ca_not_renewed reason=\"{}\" old_until={}", e.problem(), end(edge.get()));
            }
            renewalFailed = true;
            return;
        }
        renewalFailed = false;
        LOG.info(
                "event={} subject=\"{}\" until={}",
                edge.isEmpty() ? "edge_ca_made" : "edge_ca_renewed",
                edgeName,
                end(made));
        edge = Optional.of(made);
    }

    private static Instant end(Credential credential) {
        return Validity.of(credential.certificate()).to();
    }

    private static boolean isBelow(Credential edge, Credential root) {
        try {
            edge.certificate().verify(root.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
