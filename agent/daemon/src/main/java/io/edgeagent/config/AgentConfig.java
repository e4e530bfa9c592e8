package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.edgeagent.model.Printable;
import io.edgeagent.upstream.UpstreamSettings;
import io.edgeagent.x509.AlternativeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The agent's configuration.
 *
 * @param device who the device is, or whom it asks
 * @param stateFolder what must survive a reboot is kept there
 * @param engineUri unix:///path of the container engine's socket
 * @param network what the module network is made with
 * @param rollback whether updates are rolled back where the module does not say
 * @param settle how long an updated module without HEALTHCHECK must run to have proved itself, as text; empty for the default
 * @param refusedOptions elevated options that modules may not have, by name
 * @param limits what keeps the disk from filling up
 * @param store the disk that the built-in hub's messages may take
 * @param topics who uses the hub's plain topics by a password, and where without TLS
 * @param devices what the operator says about the board's devices
 * @param trustBundle PEM file of more root certificates for the hub
 * @param parent host name of the edge device that stands between this one and the IoT Hub
 * @param hub whether there is a built-in hub, and where it listens besides
 * @param certificates the device's name and its CA
 * @param upstream proxy and protocol on the way to the cloud, as variables of an environment; {@link UpstreamSettings} reads them
 * @param log the agent's own log
 * @param adminSocket where the agent listens for the command on the board
 */
public record AgentConfig(
        DeviceConfig device,
        Path stateFolder,
        String engineUri,
        NetworkConfig network,
        boolean rollback,
        Optional<String> settle,
        List<String> refusedOptions,
        LimitsConfig limits,
        StoreConfig store,
        TopicsConfig topics,
        DevicesConfig devices,
        Optional<Path> trustBundle,
        Optional<String> parent,
        HubConfig hub,
        CertificatesConfig certificates,
        Map<String, String> upstream,
        LogConfig log,
        Path adminSocket) {

    public static final Path DEFAULT_FILE = Path.of("/etc/edge-agent/config.toml");
    public static final Path DEFAULT_ADMIN_SOCKET = Path.of("/run/edge-agent/admin.sock");
    public static final Path DEFAULT_STATE = Path.of("/var/lib/edge-agent");

    /** In {@link #refusedOptions}: every one. */
    public static final String ALL_OPTIONS = "all";

    private static final String DEFAULT_ENGINE = "unix:///var/run/docker.sock";

    /** What {@link #refusedOptions} may name. */
    public static final List<String> REFUSABLE = List.of(
            "privileged",
            "capabilities",
            "host-namespaces",
            "docker-socket",
            "host-paths",
            "devices",
            "security-options",
            "cgroup-parent",
            "other-options");

    private static final Pattern SETTLE = Pattern.compile("\\s*\\d{1,6}\\s*[smh]?\\s*");

    /**
     * Reads the file, then the environment over it. An empty variable counts as unset, because compose files always pass them all.
     *
     * @param file may be missing
     * @param state overrides the state folder
     * @throws ConfigException naming everything that is wrong, and what to set where
     */
    public static AgentConfig load(Path file, Optional<Path> state, Map<String, String> environment) {
        Findings findings = new Findings();
        return load(file, Toml.read(file), state, environment, findings);
    }

    /**
     * Everything that is wrong with a file of settings, and what has no effect in it.
     *
     * @param file must be there
     */
    public static Findings check(Path file, Map<String, String> environment) {
        Findings findings = new Findings();
        if (!Files.exists(file)) {
            findings.error("there is no " + file);
            return findings;
        }
        JsonNode toml = findings.read(MissingNode.getInstance(), () -> Toml.read(file));
        return findings.errors().isEmpty() ? check(file, toml, environment) : findings;
    }

    /** @param file that the settings are from, for texts */
    static Findings check(Path file, JsonNode toml, Map<String, String> environment) {
        Findings findings = new Findings();
        KnownKeys.check(toml, findings);
        try {
            AgentConfig config = load(file, toml, Optional.empty(), environment, findings);
            DeviceCertificate.check(config.device(), Instant.now(), findings);
            UpstreamSettings.remarks(config.upstream()).forEach(findings::warn);
        } catch (ConfigException e) {
            // they are in the findings
        }
        CertificatesConfig.of(toml, environment, new Findings())
                .check(trustBundle(toml, environment), Instant.now(), findings);
        return findings;
    }

    private static AgentConfig load(
            Path file, JsonNode toml, Optional<Path> state, Map<String, String> environment, Findings findings) {
        Optional<DeviceConfig> device =
                findings.read(Optional.empty(), () -> Optional.of(ProvisioningConfig.device(toml, file, environment)));
        String engine = findings.read(DEFAULT_ENGINE, () -> engine(toml, environment));
        List<String> refused = findings.read(List.of(), () -> refusedOptions(toml));
        boolean rollback = findings.read(false, () -> rollback(toml));
        Optional<String> settle = findings.read(Optional.empty(), () -> settle(toml));
        LimitsConfig limits = LimitsConfig.of(toml, findings);
        StoreConfig store = StoreConfig.of(toml.path("hub"), findings);
        TopicsConfig topics = TopicsConfig.of(toml.path("hub"), findings);
        CertificatesConfig certificates = CertificatesConfig.of(toml, environment, findings);
        DevicesConfig devices = DevicesConfig.of(toml, findings);
        NetworkConfig network =
                findings.read(NetworkConfig.DEFAULT, () -> NetworkConfig.of(toml.path("moby_runtime"), environment));
        Map<String, String> upstream = findings.read(Map.of(), () -> upstream(toml, environment));
        Optional<String> parent = findings.read(Optional.empty(), () -> parent(toml));
        HubConfig hub = findings.read(HubConfig.DEFAULT, () -> HubConfig.of(toml.path("hub"), environment));
        LogConfig log = LogConfig.of(toml, environment, findings);
        findings.refuseErrors();
        Path folder = state.or(
                        () -> Toml.variable(environment, "EDGE_AGENT_STATE").map(Path::of))
                .orElse(DEFAULT_STATE);
        return new AgentConfig(
                device.orElseThrow(),
                folder,
                engine,
                network,
                rollback,
                settle,
                refused,
                limits,
                store,
                topics,
                devices,
                trustBundle(toml, environment),
                parent,
                hub,
                certificates,
                upstream,
                log,
                // an agent that somebody tries out must not take the place of the service
                folder.equals(DEFAULT_STATE)
                        ? adminSocket(environment)
                        : namedAdminSocket(environment).orElse(folder.resolve("admin.sock")));
    }

    /**
     * The engine alone, for commands that need no device.
     *
     * @return unix:///path of its socket
     */
    public static String engine(Path file, Map<String, String> environment) {
        return engine(Toml.read(file), environment);
    }

    /** Where a running agent listens for the command on the board. */
    public static Path adminSocket(Map<String, String> environment) {
        return namedAdminSocket(environment).orElse(DEFAULT_ADMIN_SOCKET);
    }

    /** {@code [agent.env]} over the environment of the service. */
    private static Map<String, String> upstream(JsonNode toml, Map<String, String> environment) {
        Map<String, String> inFile = new LinkedHashMap<>();
        toml.at("/agent/env")
                .properties()
                .forEach(entry -> inFile.put(entry.getKey(), entry.getValue().asText("")));
        Map<String, String> together = new LinkedHashMap<>(UpstreamSettings.pick(environment));
        together.putAll(UpstreamSettings.pick(inFile));
        try {
            UpstreamSettings.of(together);
            return together;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage() + " (environment of the service, or [agent.env])");
        }
    }

    private static Optional<Path> trustBundle(JsonNode toml, Map<String, String> environment) {
        return Toml.variable(environment, "EDGE_AGENT_TRUST_BUNDLE")
                .or(() -> Toml.text(toml, "trust_bundle_cert").map(Toml::filePath))
                .map(Path::of);
    }

    private static Optional<String> parent(JsonNode toml) {
        Optional<String> name = Toml.text(toml, "parent_hostname");
        name.filter(text -> AlternativeName.of(text).isEmpty()).ifPresent(text -> {
            throw new ConfigException("parent_hostname is \"" + Printable.of(text, 100)
                    + "\", expected the name or address of the edge device above this one, such as \"upper.local\"");
        });
        return name;
    }

    private static Optional<Path> namedAdminSocket(Map<String, String> environment) {
        return Toml.variable(environment, "EDGE_AGENT_ADMIN_SOCKET").map(Path::of);
    }

    private static String engine(JsonNode toml, Map<String, String> environment) {
        String engine = Toml.variable(environment, "EDGE_AGENT_ENGINE")
                .or(() -> Toml.text(toml, "moby_runtime", "uri"))
                .or(() -> Toml.variable(environment, "DOCKER_HOST"))
                .orElse(DEFAULT_ENGINE);
        if (!engine.startsWith("unix:///")) {
            throw new ConfigException("the engine is \"" + engine
                    + "\", expected unix:///path/of/docker.sock (moby_runtime.uri, EDGE_AGENT_ENGINE or DOCKER_HOST)");
        }
        return engine;
    }

    private static boolean rollback(JsonNode toml) {
        String strategy = Toml.text(toml, "update", "strategy").orElse("replace");
        if (!strategy.equals("rollback") && !strategy.equals("replace")) {
            throw new ConfigException("update.strategy is \"" + strategy + "\", expected \"replace\" or \"rollback\"");
        }
        return strategy.equals("rollback");
    }

    private static Optional<String> settle(JsonNode toml) {
        Optional<String> settle = Toml.text(toml, "update", "settle");
        settle.filter(text -> !SETTLE.matcher(text).matches()).ifPresent(text -> {
            throw new ConfigException(
                    "update.settle is \"" + text + "\", expected a time such as \"30s\", \"5m\" or \"1h\"");
        });
        return settle;
    }

    /** IoT Edge's switch refuses all; {@code refused_options} names some. */
    private static List<String> refusedOptions(JsonNode toml) {
        JsonNode allowed = toml.path("allow_elevated_docker_permissions");
        if (!allowed.isMissingNode() && !allowed.isBoolean()) {
            throw new ConfigException(
                    "allow_elevated_docker_permissions is neither true nor false (write it without quotes)");
        }
        if (!allowed.asBoolean(true)) {
            return List.of(ALL_OPTIONS);
        }
        JsonNode list = toml.path("refused_options");
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigException(
                    "refused_options is not a list, expected for example [\"privileged\", \"devices\"]");
        }
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        names.stream()
                .filter(name -> !name.equals(ALL_OPTIONS) && !REFUSABLE.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ConfigException(
                            "refused_options names \"" + name + "\"; known are all, " + String.join(", ", REFUSABLE));
                });
        return names;
    }
}
