package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Who the device is: {@code [provisioning]} in IoT Edge's words, or what the environment says in its place. */
final class ProvisioningConfig {
    private static final String SECTION = "provisioning";
    private static final String CREDENTIAL = "connection_string";
    private static final String SOURCES = ", expected \"manual\" or \"dps\"";

    private ProvisioningConfig() {}

    /**
     * CONNECTION_STRING, the variables of DPS, systemd's credential connection_string, then the file.
     *
     * @throws ConfigException saying what to set where
     */
    static DeviceConfig device(JsonNode toml, Path file, Map<String, String> environment) {
        JsonNode inFile = toml.path(SECTION);
        Optional<String> given = Toml.variable(environment, "CONNECTION_STRING");
        if (given.isPresent()) {
            return fromText(given.get(), certificates(manual(inFile), "authentication", environment));
        }
        if (Stream.of("ENDPOINT", "ID_SCOPE", "REGISTRATION_ID", "SYMMETRIC_KEY")
                .anyMatch(name ->
                        Toml.variable(environment, "EDGE_AGENT_DPS_" + name).isPresent())) {
            return DpsSettings.read(dps(inFile, environment), toml, environment);
        }
        Optional<String> credential = credential(environment, CREDENTIAL);
        if (credential.isPresent()) {
            return fromText(credential.get(), certificates(manual(inFile), "authentication", environment));
        }
        String source = Toml.text(inFile, "source").orElse("manual");
        return switch (source) {
            case "manual" ->
                manual(certificates(inFile, "authentication", environment), MissingCredentials.text(file, environment));
            case "dps" -> DpsSettings.read(certificates(inFile, "attestation", environment), toml, environment);
            case "none" ->
                throw new ConfigException("provisioning.source is \"none\", so this device has no identity" + SOURCES);
            default -> throw new ConfigException("provisioning.source is \"" + source + "\"" + SOURCES);
        };
    }

    /** A file of systemd's, whose text ends where its line does. */
    static Optional<String> credential(Map<String, String> environment, String name) {
        return Toml.variable(environment, "CREDENTIALS_DIRECTORY")
                .map(folder -> Path.of(folder, name))
                .filter(Files::exists)
                .map(file -> new String(Secrets.bytes(file, "the credential " + name), StandardCharsets.UTF_8).strip());
    }

    private static DeviceConfig manual(JsonNode section, String nothingGiven) {
        Optional<String> text = Toml.text(section, "connection_string");
        if (text.isPresent()) {
            return fromText(text.get(), section);
        }
        if (!section.has("iothub_hostname") && !section.has("device_id") && !section.has("authentication")) {
            throw new ConfigException(nothingGiven);
        }
        String hub = part(section, "iothub_hostname");
        String id = part(section, "device_id");
        String method = Toml.text(section, "authentication", "method").orElse("sas");
        return switch (method) {
            case "sas" -> {
                String name = "provisioning.authentication.device_id_pk";
                JsonNode key = section.path("authentication").path("device_id_pk");
                yield fromParts(hub, id, Optional.of(Secrets.key(key, name)), section);
            }
            case "x509" -> fromParts(hub, id, Optional.empty(), section);
            default ->
                throw new ConfigException("provisioning.authentication.method is \"" + method
                        + "\", expected \"sas\" with device_id_pk, or \"x509\" with identity_cert and identity_pk");
        };
    }

    private static DeviceConfig fromText(String text, JsonNode section) {
        return named(section, () -> ConnectionString.parseDevice(text));
    }

    private static DeviceConfig fromParts(String hub, String id, Optional<SharedKey> key, JsonNode section) {
        return named(section, () -> ConnectionString.ofDevice(hub, id, key));
    }

    private static DeviceConfig named(JsonNode section, Supplier<ConnectionString> reading) {
        try {
            ConnectionString device = reading.get();
            DeviceConfig.Proof proof = device.key().isPresent()
                    ? new DeviceConfig.Key(device.key().get())
                    : Secrets.certificate(section.path("authentication"), "provisioning.authentication");
            return new DeviceConfig.Manual(device.hostName(), device.deviceId().orElseThrow(), proof);
        } catch (ProtocolException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    private static String part(JsonNode section, String key) {
        return Toml.text(section, key)
                .orElseThrow(() -> new ConfigException(
                        "provisioning." + key + " is missing: the other keys of its section need it"));
    }

    /** A section of the other kind has nothing to say to this one. */
    private static JsonNode manual(JsonNode section) {
        return Toml.text(section, "source").orElse("manual").equals("manual") ? section : empty();
    }

    private static JsonNode dps(JsonNode section, Map<String, String> environment) {
        boolean same = Toml.text(section, "source").orElse("").equals("dps");
        ObjectNode changed = same ? section.deepCopy() : empty();
        ObjectNode attestation = table(changed, "attestation");
        Toml.variable(environment, "EDGE_AGENT_DPS_ENDPOINT").ifPresent(text -> changed.put("global_endpoint", text));
        Toml.variable(environment, "EDGE_AGENT_DPS_ID_SCOPE").ifPresent(text -> changed.put("id_scope", text));
        Toml.variable(environment, "EDGE_AGENT_DPS_REGISTRATION_ID")
                .ifPresent(text -> attestation.put("registration_id", text));
        Toml.variable(environment, "EDGE_AGENT_DPS_SYMMETRIC_KEY").ifPresent(text -> {
            attestation.put("method", "symmetric_key");
            attestation.putObject("symmetric_key").put("value", text);
        });
        return certificates(changed, "attestation", environment);
    }

    /** The certificate that the environment names, in place of the section's. */
    private static JsonNode certificates(JsonNode section, String table, Map<String, String> environment) {
        Optional<String> certificate = Toml.variable(environment, "EDGE_AGENT_IDENTITY_CERT");
        Optional<String> key = Toml.variable(environment, "EDGE_AGENT_IDENTITY_PK");
        if (certificate.isEmpty() && key.isEmpty()) {
            return section;
        }
        ObjectNode changed = section.isObject() ? section.deepCopy() : empty();
        ObjectNode proof = table(changed, table);
        proof.put("method", "x509");
        certificate.ifPresent(text -> proof.put("identity_cert", text));
        key.ifPresent(text -> proof.put("identity_pk", text));
        return changed;
    }

    private static ObjectNode table(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode table ? table : parent.putObject(name);
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
