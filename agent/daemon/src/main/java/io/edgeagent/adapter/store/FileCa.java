package io.edgeagent.adapter.store;

import io.edgeagent.identity.CaSource;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.CredentialFiles;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import io.edgeagent.x509.Validity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A CA in the operator's files. They are looked at at every use, so that a new certificate counts without a restart. */
public final class FileCa implements CaSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileCa.class);

    private final Path certificate;
    private final Path key;
    private final CredentialFiles files;
    private final InstantSource clock;
    private Optional<Credential> current = Optional.empty();
    private String said = "";

    public FileCa(Path certificate, Path key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.files = new CredentialFiles(certificate, key);
        this.clock = clock;
    }

    @Override
    public synchronized Credential current() {
        try {
            files.ifChanged(this::take);
        } catch (PemException e) {
            say("event=edge_ca_not_read", e.getMessage());
            if (current.isEmpty()) {
                throw new ProblemException(ErrorCode.CERTIFICATE_INVALID, e.getMessage(), e);
            }
        }
        warnOfEnd(Validity.of(current.orElseThrow().certificate()));
        return current.get();
    }

    private void take(Credential credential) {
        current = Optional.of(credential);
        said = "";
        LOG.info(
                "event=edge_ca_read file={} until={}",
                certificate,
                Validity.of(credential.certificate()).to());
        PemFiles.tooOpen(key).ifPresent(text -> LOG.warn("event=key_file_too_open reason=\"{}\"", text));
    }

    @Override
    public List<X509Certificate> anchors() {
        return current().chain();
    }

    private void warnOfEnd(Validity validity) {
        Instant now = clock.instant();
        validity.fault(now).ifPresent(text -> say("event=edge_ca_not_valid", certificate + " " + text));
        if (!validity.isOver(now) && !now.isBefore(validity.renewal())) {
            say("event=edge_ca_ends_soon", certificate + " ends on " + validity.to() + ": replace it and its key");
        }
    }

    private void say(String event, String reason) {
        // the clock's time is in the text, the day is not
        String once = event + reason.replaceAll("T[0-9:.]+Z", "");
        if (!once.equals(said)) {
            LOG.warn("{} reason=\"{}\"", event, reason);
            said = once;
        }
    }
}
