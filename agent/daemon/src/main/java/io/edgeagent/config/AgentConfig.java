package io.edgeagent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's configuration.
 *
 * @param device the device's connection string
 * @param stateFolder what must survive a reboot is kept there
 * @param engineUri unix:///path of the container engine's socket
 * @param network name of the module network
 * @param rollback whether updates are rolled back where the module does not say
 * @param settle how long an updated module without HEALTHCHECK must run to have proved itself, as text; empty for the default
 * @param refusedOptions elevated options that modules may not have, by name
 * @param limits what keeps the disk from filling up
 * @param trustBundle PEM file of more root certificates for the hub
 */
public record AgentConfig(
        ConnectionString device,
        Path stateFolder,
        String engineUri,
        String network,
        boolean rollback,
        Optional<String> settle,
        List<String> refusedOptions,
        LimitsConfig limits,
        Optional<Path> trustBundle) {

    public static final Path DEFAULT_FILE = Path.of("/etc/edge-agent/config.toml");
    public static final Path DEFAULT_STATE = Path.of("/var/lib/edge-agent");

    /** In {@link #refusedOptions}: every one. */
    public static final String ALL_OPTIONS = "all";

    private static final String DEFAULT_ENGINE = "unix:///var/run/docker.sock";
    private static final String DEFAULT_NETWORK = "azure-iot-edge";

    /**
     * Reads the file, then the environment over it. An empty variable counts as unset, because compose files always pass them all.
     *
     * @param file may be missing
     * @param state overrides the state folder
     * @throws ConfigException saying what to set where
     */
    public static AgentConfig load(Path file, Optional<Path> state, Map<String, String> environment) {
        JsonNode toml = read(file);
        Optional<String> given =
                variable(environment, "CONNECTION_STRING").or(() -> text(toml, "provisioning", "connection_string"));
        if (given.isEmpty()) {
            throw new ConfigException(MissingCredentials.text(file, environment));
        }
        ConnectionString device;
        try {
            device = ConnectionString.parseDevice(given.get());
        } catch (ProtocolException e) {
            throw new ConfigException(e.getMessage());
        }
        String engine = engine(toml, environment);
        return new AgentConfig(
                device,
                state.or(() -> variable(environment, "EDGE_AGENT_STATE").map(Path::of))
                        .orElse(DEFAULT_STATE),
                engine,
                variable(environment, "EDGE_AGENT_NETWORK")
                        .or(() -> text(toml, "moby_runtime", "network"))
                        .or(() -> text(toml, "moby_runtime", "network", "name"))
                        .orElse(DEFAULT_NETWORK),
                text(toml, "update", "strategy").filter("rollback"::equals).isPresent(),
                text(toml, "update", "settle"),
                refusedOptions(toml),
                LimitsConfig.of(toml),
                variable(environment, "EDGE_AGENT_TRUST_BUNDLE")
                        .or(() -> text(toml, "trust_bundle_cert").map(AgentConfig::filePath))
                        .map(Path::of));
    }

    /**
     * The engine alone, for commands that need no device.
     *
     * @return unix:///path of its socket
     */
    public static String engine(Path file, Map<String, String> environment) {
        return engine(read(file), environment);
    }

    private static String engine(JsonNode toml, Map<String, String> environment) {
        String engine = variable(environment, "EDGE_AGENT_ENGINE")
                .or(() -> text(toml, "moby_runtime", "uri"))
                .or(() -> variable(environment, "DOCKER_HOST"))
                .orElse(DEFAULT_ENGINE);
        if (!engine.startsWith("unix:///")) {
            throw new ConfigException("the engine is \"" + engine
                    + "\", expected unix:///path/of/docker.sock (moby_runtime.uri, EDGE_AGENT_ENGINE or DOCKER_HOST)");
        }
        return engine;
    }

    /** IoT Edge's switch refuses all; {@code refused_options} names some. */
    private static List<String> refusedOptions(JsonNode toml) {
        JsonNode allowed = toml.path("allow_elevated_docker_permissions");
        if (allowed.isBoolean() && !allowed.booleanValue()) {
            return List.of(ALL_OPTIONS);
        }
        List<String> names = new ArrayList<>();
        toml.path("refused_options").forEach(name -> names.add(name.asText()));
        return names;
    }

    private static JsonNode read(Path file) {
        try {
            return new TomlMapper().readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            return MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            // the message of the parser quotes the line, which may hold a key
            throw new ConfigException(
                    file + " is no TOML at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static Optional<String> text(JsonNode node, String... path) {
        JsonNode found = node;
        for (String key : path) {
            found = found.path(key);
        }
        return found.isTextual() && !found.textValue().isBlank() ? Optional.of(found.textValue()) : Optional.empty();
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static String filePath(String uri) {
        return uri.startsWith("file://") ? uri.substring("file://".length()) : uri;
    }
}
