package io.edgeagent.check;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.DeviceConfig;
import io.edgeagent.config.OpenSecrets;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import io.edgeagent.x509.Validity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings, and the files that they name. */
final class ConfigurationChecks {
    private static final String SECTION = "Configuration checks";

    private final BoardSettings settings;
    private final StateSight state;
    private final HostSight host;
    private final InstantSource clock;

    ConfigurationChecks(BoardSettings settings, StateSight state, HostSight host, InstantSource clock) {
        this.settings = settings;
        this.state = state;
        this.host = host;
        this.clock = clock;
    }

    List<Check> all() {
        return List.of(
                new Check("config-well-formed", SECTION, "the settings can be used", this::wellFormed),
                new Check("config-secrets", SECTION, "only the agent can read the secrets", this::secrets),
                new Check("hostname", SECTION, "modules and devices can reach the host by its name", this::hostName),
                new Check("trust-bundle", SECTION, "the trust bundle can be used", this::trustBundle),
                new Check(
                        "identity-certificate-expiry",
                        SECTION,
                        "the device's certificate is valid for a while",
                        this::deviceCertificate),
                new Check("local-ca-certificate-expiry", SECTION, "the device's CA is valid for a while", this::ca));
    }

    private Verdict wellFormed() {
        if (!settings.errors().isEmpty()) {
            boolean denied = settings.errors().stream().anyMatch(text -> text.contains("permission denied"));
            return Verdict.error(
                    String.join("\n", settings.errors()),
                    denied
                            ? "sudo edge-agent check"
                            : "correct " + settings.file() + ", then: sudo edge-agent config apply --check");
        }
        if (!settings.warnings().isEmpty()) {
            return Verdict.warning(
                    String.join("\n", settings.warnings()),
                    "sudo edge-agent config apply --check -c " + settings.file());
        }
        return Verdict.ok(host.exists(settings.file()) ? settings.file().toString() : "from the environment");
    }

    private Verdict secrets() {
        List<String> open = OpenSecrets.warnings(OpenSecrets.ENVIRONMENT, settings.file());
        if (open.isEmpty()) {
            return Verdict.ok();
        }
        // each text ends with its command
        return Verdict.warning(
                open.stream().map(text -> text.split(": ", 2)[0]).collect(Collectors.joining("\n")),
                open.stream().map(text -> text.split(": ", 2)[1]).collect(Collectors.joining(" && ")));
    }

    private Verdict hostName() throws CannotAsk {
        String name = settings.require().certificates().hostName();
        return name.equals("localhost")
                ? Verdict.warning(
                        "The host has no name of its own, so its certificate says \"localhost\" and devices behind the"
                                + " board refuse it.",
                        "sudo hostnamectl set-hostname NAME, or set hostname in " + settings.file())
                : Verdict.ok("hostname is " + name);
    }

    private Verdict trustBundle() throws CannotAsk {
        Optional<Path> bundle = settings.require().trustBundle();
        if (bundle.isEmpty()) {
            return Verdict.ignored("no trust_bundle_cert is set");
        }
        return life(bundle.get(), "put a file with valid roots in its place");
    }

    private Verdict deviceCertificate() throws CannotAsk {
        AgentConfig config = settings.require();
        return config.device().proof() instanceof DeviceConfig.CertificateFiles files
                ? life(files.certificate(), "replace it and its key; the agent needs no restart")
                : Verdict.ignored("the device proves itself with a key");
    }

    private Verdict ca() throws CannotAsk {
        AgentConfig config = settings.require();
        if (config.certificates().files().isPresent()) {
            return life(
                    config.certificates().files().get().certificate(),
                    "replace it and its key; the agent needs no restart");
        }
        List<Path> own = state.files().stream()
                .map(file -> file.name())
                .filter(name -> name.startsWith("keys/") && name.endsWith(".pem"))
                .map(name -> config.stateFolder().resolve(name))
                .toList();
        if (own.isEmpty()) {
            return Verdict.ignored("the agent makes one when it starts");
        }
        List<String> details = new ArrayList<>();
        for (Path file : own) {
            Verdict verdict = life(file, "the agent renews it when it runs: sudo systemctl restart edge-agent");
            details.addAll(verdict.details());
            // the agent renews its own at four fifths of their life
            if (verdict.level() == Verdict.Level.ERROR) {
                return verdict.with(details);
            }
        }
        return Verdict.ok(details.toArray(String[]::new));
    }

    /** An end within a fifth of the life is a warning, and so is a key beside it that others may read. */
    private Verdict life(Path file, String fix) {
        Instant now = clock.instant();
        List<X509Certificate> certificates;
        try {
            certificates = PemFiles.certificates(file);
        } catch (PemException e) {
            return Verdict.error(String.valueOf(e.getMessage()), fix);
        }
        List<String> faults = certificates.stream()
                .flatMap(each -> Validity.of(each).fault(now).stream()
                        .map(fault -> each.getSubjectX500Principal() + " in " + file + " " + fault))
                .toList();
        if (!faults.isEmpty()) {
            return Verdict.error(String.join("\n", faults), fix);
        }
        Instant end = certificates.stream()
                .map(each -> Validity.of(each).to())
                .min(Instant::compareTo)
                .orElseThrow();
        String until = file + " is valid until " + end.truncatedTo(ChronoUnit.SECONDS);
        boolean soon = Stream.of(certificates.get(0))
                .anyMatch(each -> !Validity.of(each).isFresh(now));
        return soon ? Verdict.warning(until + ", which is soon.", fix).with(List.of(until)) : Verdict.ok(until);
    }
}
