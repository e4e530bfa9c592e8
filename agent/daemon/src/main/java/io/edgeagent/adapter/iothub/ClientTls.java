package io.edgeagent.adapter.iothub;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.CredentialFiles;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import io.edgeagent.x509.Validity;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS with the device's certificate, from files that may be replaced at any time. Safe for several threads. */
final class ClientTls {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private final Path certificate;
    private final Path key;
    private final CredentialFiles files;
    private final Optional<Path> roots;
    private final InstantSource clock;
    private Optional<SSLSocketFactory> sockets = Optional.empty();
    private Optional<Validity> validity = Optional.empty();
    private String said = "";

    ClientTls(Path certificate, Path key, Optional<Path> roots, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.files = new CredentialFiles(certificate, key);
        this.roots = roots;
        this.clock = clock;
    }

    /** @throws ProblemException CERTIFICATE_INVALID if the files could never be used; else those before them count */
    synchronized SSLSocketFactory current() {
        try {
            files.ifChanged(this::take);
        } catch (PemException e) {
            if (sockets.isEmpty()) {
                throw new ProblemException(ErrorCode.CERTIFICATE_INVALID, "identity_cert: " + e.getMessage(), e);
            }
            say("event=device_certificate_not_read", e.getMessage());
        }
        warnOfEnd();
        return sockets.orElseThrow();
    }

    private void take(Credential credential) {
        sockets = Optional.of(HubTrust.context(roots, Optional.of(credential)).getSocketFactory());
        validity = Optional.of(Validity.of(credential.certificate()));
        LOG.info(
                "event=device_certificate_read file={} until={}",
                certificate,
                validity.get().to());
        PemFiles.tooOpen(key).ifPresent(text -> LOG.warn("event=key_file_too_open reason=\"{}\"", text));
    }

    private void warnOfEnd() {
        Validity known = validity.orElseThrow();
        if (!known.isOver(clock.instant()) && !clock.instant().isBefore(known.renewal())) {
            say(
                    "event=device_certificate_ends_soon",
                    certificate + " ends on " + known.to() + ": replace it and its key");
        }
    }

    /** What is wrong with the certificate now. */
    synchronized Optional<String> fault() {
        return validity.flatMap(known -> known.fault(clock.instant()))
                .map(fault -> "the device's certificate " + certificate + " " + fault);
    }

    private void say(String event, String reason) {
        if (!said.equals(event + reason)) {
            said = event + reason;
            LOG.warn("{} reason=\"{}\"", event, reason);
        }
    }

    @Override
    public String toString() {
        return certificate.toString();
    }
}
