package io.edgeagent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code [provisioning] source = "dps"} in IoT Edge's words. */
final class DpsSettings {
    private static final String GLOBAL = "global.azure-devices-provisioning.net";
    private static final Pattern ENDPOINT = Pattern.compile("(?:https://)?([A-Za-z0-9._-]+(?::[1-9][0-9]{0,4})?)/?");
    private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9-]{1,64}");
    // DPS concepts: 1 to 128 letters, digits and - . _ :, the last a letter, a digit or a dash
    private static final Pattern REGISTRATION = Pattern.compile("[A-Za-z0-9\\-._:]{0,127}[A-Za-z0-9\\-]");
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+\\\\\"]+)");

    private DpsSettings() {}

    static DeviceConfig.Dps read(JsonNode section, JsonNode toml, Map<String, String> environment) {
        JsonNode attestation = section.path("attestation");
        String method = Toml.text(attestation, "method")
                .orElseThrow(() -> new ConfigException(
                        "provisioning.attestation.method is missing, expected" + " \"symmetric_key\" or \"x509\""));
        DeviceConfig.Proof proof = switch (method) {
            case "symmetric_key" -> key(attestation, environment);
            case "x509" -> Secrets.certificate(attestation, "provisioning.attestation");
            case "tpm" ->
                throw new ConfigException("provisioning.attestation.method is \"tpm\", which is not supported:"
                        + " enroll the device with a certificate (\"x509\") or a key (\"symmetric_key\")");
            default ->
                throw new ConfigException("provisioning.attestation.method is \"" + method
                        + "\", expected \"symmetric_key\" or \"x509\"");
        };
        return new DeviceConfig.Dps(
                endpoint(section),
                scope(section),
                registration(attestation, proof),
                proof,
                payload(section),
                mode(toml));
    }

    private static DeviceConfig.Proof key(JsonNode attestation, Map<String, String> environment) {
        String name = "provisioning.attestation.symmetric_key";
        Optional<String> credential = ProvisioningConfig.credential(environment, "symmetric_key");
        if (credential.isPresent() && !attestation.has("symmetric_key")) {
            JsonNode value = new ObjectMapper().createObjectNode().put("value", credential.get());
            return new DeviceConfig.Key(Secrets.key(value, "the credential symmetric_key"));
        }
        return new DeviceConfig.Key(Secrets.key(attestation.path("symmetric_key"), name));
    }

    private static String endpoint(JsonNode section) {
        String text = Toml.text(section, "global_endpoint").orElse(GLOBAL);
        Matcher matcher = ENDPOINT.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigException(
                    "provisioning.global_endpoint is \"" + text + "\", expected such as \"https://" + GLOBAL + "\"");
        }
        return matcher.group(1);
    }

    private static String scope(JsonNode section) {
        return Toml.text(section, "id_scope")
                .filter(text -> SCOPE.matcher(text).matches())
                .orElseThrow(() -> new ConfigException(
                        "provisioning.id_scope is missing or not valid; it is on the page of the provisioning service, such as"
                                + " \"0ne00123ABC\""));
    }

    private static String registration(JsonNode attestation, DeviceConfig.Proof proof) {
        Optional<String> given = Toml.text(attestation, "registration_id");
        String id = given.orElseGet(() -> commonName(proof));
        if (!REGISTRATION.matcher(id).matches()) {
            throw new ConfigException("provisioning.attestation.registration_id "
                    + (given.isPresent() ? "" : "is missing, and the certificate's common name ") + "is \""
                    + id.replaceAll("[^ -~]", "?")
                    + "\", expected 1 to 128 letters, digits and - . _ : with a letter or digit at the end");
        }
        return id;
    }

    private static String commonName(DeviceConfig.Proof proof) {
        if (!(proof instanceof DeviceConfig.CertificateFiles files)) {
            throw new ConfigException("provisioning.attestation.registration_id is missing");
        }
        try {
            String subject = PemFiles.certificates(files.certificate())
                    .get(0)
                    .getSubjectX500Principal()
                    .getName();
            Matcher matcher = COMMON_NAME.matcher(subject);
            return matcher.find() ? matcher.group(1) : "";
        } catch (PemException e) {
            throw new ConfigException("provisioning.attestation.identity_cert: " + e.getMessage());
        }
    }

    private static Optional<String> payload(JsonNode section) {
        if (!section.has("payload")) {
            return Optional.empty();
        }
        Path file = Secrets.path(section.path("payload"), "provisioning.payload.uri");
        String text = new String(Secrets.bytes(file, "provisioning.payload.uri"), StandardCharsets.UTF_8);
        try {
            new ObjectMapper().readTree(text);
            return Optional.of(text);
        } catch (JsonProcessingException e) {
            throw new ConfigException("provisioning.payload.uri names " + file + ", which is not valid JSON");
        }
    }

    private static DeviceConfig.Reprovisioning mode(JsonNode toml) {
        String text = Toml.text(toml, "auto_reprovisioning_mode").orElse("Dynamic");
        return Arrays.stream(DeviceConfig.Reprovisioning.values())
                .filter(mode -> mode.text().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new ConfigException("auto_reprovisioning_mode is \"" + text + "\", expected "
                        + Arrays.stream(DeviceConfig.Reprovisioning.values())
                                .map(mode -> "\"" + mode.text() + "\"")
                                .collect(Collectors.joining(", "))));
    }
}
