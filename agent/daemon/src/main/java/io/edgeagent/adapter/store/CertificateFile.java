package io.edgeagent.adapter.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PEM file of certificates; a key that somebody left in it stays there. */
public final class CertificateFile {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFile.class);
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

    private CertificateFile() {}

    /** Its certificates; none where {@link #read} gives none, or they cannot be understood, which is logged. */
    public static List<X509Certificate> certificates(Optional<Path> file) {
        byte[] pem = read(file).orElse("").getBytes(StandardCharsets.US_ASCII);
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            LOG.warn("event=trust_bundle_not_read file={} reason=\"{}\"", file.orElseThrow(), e.getMessage());
            return List.of();
        }
    }

    /** Its certificates as PEM; empty if there is no file, or none in it, or it cannot be read, which is logged. */
    public static Optional<String> read(Optional<Path> file) {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            String found = CERTIFICATE
                    .matcher(Files.readString(file.get()))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining("\n", "", "\n"));
            return Optional.of(found).filter(pem -> !pem.isBlank());
        } catch (IOException e) {
            LOG.warn("event=trust_bundle_not_read file={} reason=\"{}\"", file.get(), e.getMessage());
            return Optional.empty();
        }
    }
}
