package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import io.edgeagent.x509.SubjectName;
import io.edgeagent.x509.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The device's name and its CA: the key hostname and the section {@code [edge_ca]} in IoT Edge's words.
 *
 * @param hostName what modules and other devices reach this one by
 * @param files the operator's CA; empty for one of the agent's own
 * @param subject of the agent's own CA, by attribute; empty for the default
 * @param life of the agent's own CA
 */
public record CertificatesConfig(String hostName, Optional<CaFiles> files, Map<String, String> subject, Duration life) {
    private static final int CERT_SIGN = 5;
    private static final int DEFAULT_DAYS = 90;
    private static final int MOST_DAYS = 3650;
    private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

    /** {@code edge_ca.cert} and {@code edge_ca.pk}. */
    public record CaFiles(Path certificate, Path key) {}

    static CertificatesConfig of(JsonNode toml, Map<String, String> environment, Findings findings) {
        JsonNode section = toml.path("edge_ca");
        Optional<CaFiles> files = findings.read(Optional.empty(), () -> files(section, environment));
        files.ifPresent(named -> findings.read(Optional.empty(), () -> Optional.of(credential(named))));
        return new CertificatesConfig(
                findings.read("", () -> hostName(toml, environment)),
                files,
                findings.read(Map.of(), () -> subject(section)),
                findings.read(Duration.ZERO, () -> life(section)));
    }

    /** What a person who is looking should know, but what must not keep a board from starting: clocks are wrong at boot. */
    void check(Optional<Path> trustBundle, Instant now, Findings findings) {
        List<X509Certificate> trusted = List.of();
        if (trustBundle.isPresent()) {
            trusted = findings.read(
                    List.of(), () -> named("trust_bundle_cert", () -> PemFiles.certificates(trustBundle.get())));
            trusted.forEach(root -> Validity.of(root)
                    .fault(now)
                    .ifPresent(fault -> findings.warn("trust_bundle_cert: " + root.getSubjectX500Principal() + " in "
                            + trustBundle.get() + " " + fault)));
        }
        if (files.isEmpty()) {
            return;
        }
        PemFiles.tooOpen(files.get().key()).ifPresent(findings::warn);
        try {
            List<X509Certificate> chain = credential(files.get()).chain();
            for (X509Certificate certificate : chain) {
                Validity.of(certificate)
                        .fault(now)
                        .ifPresent(fault -> findings.error("edge_ca.cert: " + certificate.getSubjectX500Principal()
                                + " in " + files.get().certificate() + " " + fault));
            }
            warnOfMissingRoot(chain.get(chain.size() - 1), trusted, findings);
        } catch (ConfigException e) {
            // it is in the findings already
        }
    }

    private static void warnOfMissingRoot(X509Certificate top, List<X509Certificate> trusted, Findings findings) {
        boolean isRoot = top.getIssuerX500Principal().equals(top.getSubjectX500Principal());
        if (!isRoot
                && trusted.stream()
                        .noneMatch(root -> root.getSubjectX500Principal().equals(top.getIssuerX500Principal()))) {
            findings.warn("edge_ca.cert: its root " + top.getIssuerX500Principal()
                    + " is neither in that file nor in trust_bundle_cert, so many clients will not trust this device");
        }
    }

    private static String hostName(JsonNode toml, Map<String, String> environment) {
        String name = Toml.variable(environment, "EDGE_AGENT_HOSTNAME")
                .or(() -> Toml.text(toml, "hostname"))
                .orElseGet(CertificatesConfig::kernelName);
        if (AlternativeName.of(name).isEmpty()) {
            throw new ConfigException("hostname is \"" + name.replaceAll("[^ -~]", "?")
                    + "\", expected the name or address by which modules reach this device, such as \"board.local\"");
        }
        return name;
    }

    /** proc(5); no name service is asked. */
    private static String kernelName() {
        try {
            String name = Files.readString(KERNEL_NAME).strip();
            return AlternativeName.of(name).isPresent() ? name : "localhost";
        } catch (IOException e) {
            return "localhost";
        }
    }

    private static Optional<CaFiles> files(JsonNode section, Map<String, String> environment) {
        String method = Toml.text(section, "method").orElse("self_signed");
        if (!method.equals("self_signed")) {
            throw new ConfigException(
                    "edge_ca.method is \"" + method
                            + "\", which is not supported: name a CA's files in edge_ca.cert and edge_ca.pk, or use \"self_signed\"");
        }
        Optional<Path> certificate = path(section, "cert", "EDGE_AGENT_EDGE_CA_CERT", environment);
        Optional<Path> key = path(section, "pk", "EDGE_AGENT_EDGE_CA_PK", environment);
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigException("edge_ca has " + (certificate.isPresent() ? "cert" : "pk") + " but no "
                    + (certificate.isPresent() ? "pk" : "cert")
                    + ": set both, or none for a CA of the agent's own making");
        }
        return certificate.map(file -> new CaFiles(file, key.orElseThrow()));
    }

    private static Optional<Path> path(JsonNode section, String key, String variable, Map<String, String> environment) {
        JsonNode value = section.path(key);
        Optional<String> text = Toml.variable(environment, variable)
                .or(() -> Toml.text(section, key))
                .or(() -> Toml.text(value, "uri"));
        if (text.isEmpty() && !value.isMissingNode()) {
            throw new ConfigException("edge_ca." + key + " is not supported in this form: write \"file:///<path>\"");
        }
        text.filter(uri -> uri.startsWith("pkcs11:")).ifPresent(uri -> {
            throw new ConfigException("edge_ca." + key
                    + " names a key of a security module (pkcs11:), which is not supported: keep it in a file");
        });
        return text.map(Toml::filePath).map(Path::of);
    }

    private static Credential credential(CaFiles files) {
        Credential ca = named("edge_ca", () -> PemFiles.credential(files.certificate(), files.key()));
        boolean[] usage = ca.certificate().getKeyUsage();
        if (ca.certificate().getBasicConstraints() < 0 || (usage != null && !usage[CERT_SIGN])) {
            throw new ConfigException("edge_ca.cert: " + files.certificate()
                    + " is not the certificate of a CA: it needs basicConstraints CA:TRUE and keyUsage keyCertSign");
        }
        for (int i = 1; i < ca.chain().size(); i++) {
            try {
                ca.chain().get(i - 1).verify(ca.chain().get(i).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new ConfigException("edge_ca.cert: certificate " + i + " of " + files.certificate()
                        + " is not signed by the one after it: each is followed by the one that signed it");
            }
        }
        return ca;
    }

    private static Map<String, String> subject(JsonNode section) {
        Map<String, String> parts = new LinkedHashMap<>();
        section.path("subject")
                .properties()
                .forEach(entry -> parts.put(entry.getKey(), entry.getValue().asText("")));
        Toml.text(section, "common_name").ifPresent(name -> parts.put("CN", name));
        try {
            if (!parts.isEmpty()) {
                SubjectName.of(parts);
            }
            return parts;
        } catch (IllegalArgumentException e) {
            throw new ConfigException("edge_ca.subject: " + e.getMessage());
        }
    }

    private static Duration life(JsonNode section) {
        String key = section.has("expiry_days") ? "expiry_days" : "auto_generated_edge_ca_expiry_days";
        JsonNode days = section.path(key);
        if (days.isMissingNode()) {
            return Duration.ofDays(DEFAULT_DAYS);
        }
        if (!days.isIntegralNumber() || days.asLong() < 1 || days.asLong() > MOST_DAYS) {
            throw new ConfigException("edge_ca." + key + " is \"" + days.asText()
                    + "\", expected a number of days from 1 to " + MOST_DAYS + ", without quotes");
        }
        return Duration.ofDays(days.asLong());
    }

    private static <T> T named(String key, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (PemException e) {
            throw new ConfigException(key + ": " + e.getMessage());
        }
    }
}
