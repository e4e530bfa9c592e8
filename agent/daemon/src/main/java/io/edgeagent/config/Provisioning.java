package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Who the device is: {@code [provisioning]} in IoT Edge's words, or what the environment says in its place. */
final class Provisioning {
    private static final String CREDENTIAL = "connection_string";
    private static final String USE_INSTEAD =
            ": use source = \"manual\" with connection_string, or with iothub_hostname, device_id and a SAS key";
    private static final int MAX_KEY_FILE = 4096;

    private Provisioning() {}

    /**
     * CONNECTION_STRING, then systemd's credential of the name connection_string, then the file.
     *
     * @throws ConfigException saying what to set where
     */
    static ConnectionString device(JsonNode toml, Path file, Map<String, String> environment) {
        Optional<String> given = Toml.variable(environment, "CONNECTION_STRING").or(() -> credential(environment));
        if (given.isPresent()) {
            return parse(given.get());
        }
        JsonNode section = toml.path("provisioning");
        String source = Toml.text(section, "source").orElse("manual");
        if (!source.equals("manual")) {
            throw new ConfigException("provisioning.source is \"" + source + "\", which is not supported"
                    + (source.equals("dps") ? " yet" : "") + USE_INSTEAD);
        }
        Optional<String> text = Toml.text(section, "connection_string");
        if (text.isPresent()) {
            return parse(text.get());
        }
        if (section.has("iothub_hostname") || section.has("device_id") || section.has("authentication")) {
            return fromParts(section);
        }
        throw new ConfigException(MissingCredentials.text(file, environment));
    }

    private static ConnectionString parse(String text) {
        try {
            ConnectionString device = ConnectionString.parseDevice(text);
            if (device.key().isEmpty()) {
                throw new ConfigException(
                        "the connection string names a certificate (x509=true), which is not supported yet"
                                + USE_INSTEAD);
            }
            return device;
        } catch (ProtocolException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    private static ConnectionString fromParts(JsonNode section) {
        String method = Toml.text(section, "authentication", "method").orElse("sas");
        if (!method.equals("sas")) {
            throw new ConfigException("provisioning.authentication.method is \"" + method
                    + "\", which is not supported yet" + USE_INSTEAD);
        }
        // through the text, so that one place knows what a good host name and a good device id are
        return parse("HostName=" + part(section, "iothub_hostname") + ";DeviceId=" + part(section, "device_id")
                + ";SharedAccessKey=" + key(section.path("authentication").path("device_id_pk")));
    }

    private static String part(JsonNode section, String key) {
        String text = Toml.text(section, key)
                .orElseThrow(() ->
                        new ConfigException("provisioning." + key + " is missing beside the others of its section"));
        if (text.contains(";")) {
            throw new ConfigException("provisioning." + key + " holds a semicolon, which no name has");
        }
        return text;
    }

    private static String key(JsonNode key) {
        String name = "provisioning.authentication.device_id_pk";
        Optional<String> value = Toml.text(key, "value");
        Optional<String> uri = Toml.text(key, "uri");
        if (value.isPresent() == uri.isPresent()) {
            throw new ConfigException(
                    name + " needs either value = \"<key in base64>\" or uri = \"file:///<file of the key>\"");
        }
        if (value.isPresent()) {
            try {
                return SharedKey.fromBase64(value.get()).toBase64();
            } catch (ProtocolException e) {
                throw new ConfigException(name + ".value: " + e.getMessage());
            }
        }
        String path = Toml.filePath(uri.get());
        // the key itself, not its base64, as IoT Edge has it
        return Base64.getEncoder().encodeToString(secret(Path.of(path), name + ".uri"));
    }

    private static Optional<String> credential(Map<String, String> environment) {
        return Toml.variable(environment, "CREDENTIALS_DIRECTORY")
                .map(folder -> Path.of(folder, CREDENTIAL))
                .filter(Files::exists)
                .map(file -> new String(secret(file, "the credential " + CREDENTIAL), StandardCharsets.UTF_8).strip());
    }

    private static byte[] secret(Path file, String what) {
        try {
            if (Files.size(file) > MAX_KEY_FILE) {
                throw new ConfigException(what + " names " + file + ", which is too large for a key");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ConfigException(what + " names " + file + ", which cannot be read: " + e);
        }
    }
}
