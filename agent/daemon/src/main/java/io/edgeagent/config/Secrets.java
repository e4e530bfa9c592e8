package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.PemException;
import io.edgeagent.x509.PemFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Keys and certificates as the settings name them. No error repeats a value. */
final class Secrets {
    private static final int MAX_KEY_FILE = 4096;

    private Secrets() {}

    /**
     * A symmetric key: {@code { value = "<base64>" }}, or {@code { uri = "file:///<file of its bytes>" }}.
     *
     * @param name of the setting
     */
    static SharedKey key(JsonNode key, String name) {
        Optional<String> value = Toml.text(key, "value");
        Optional<String> uri = Toml.text(key, "uri");
        if (value.isPresent() == uri.isPresent()) {
            throw new ConfigException(
                    name + " needs either value = \"<key in base64>\" or uri = \"file:///<file of the key>\"");
        }
        try {
            // the file holds the key itself, not its base64, as IoT Edge has it
            return value.isPresent()
                    ? SharedKey.fromBase64(value.get())
                    : SharedKey.of(bytes(path(key, name + ".uri"), name + ".uri"));
        } catch (ProtocolException e) {
            throw new ConfigException(name + (value.isPresent() ? ".value: " : ".uri: ") + e.getMessage());
        }
    }

    /**
     * {@code identity_cert} and {@code identity_pk}, which can be read and belong together. Whether the certificate is valid now
     * is not asked: clocks are wrong at boot.
     *
     * @param name of the table that they are in
     */
    static DeviceConfig.CertificateFiles certificate(JsonNode table, String name) {
        if (table.path("identity_cert").has("method")) {
            // such a certificate needs no key beside it
            path(table.path("identity_cert"), name + ".identity_cert");
        }
        if (!table.has("identity_cert") || !table.has("identity_pk")) {
            throw new ConfigException("the device proves itself with a certificate, so " + name
                    + " needs identity_cert = \"file:///<certificate>\" and identity_pk = \"file:///<its key>\"");
        }
        Path certificate = path(table.path("identity_cert"), name + ".identity_cert");
        Path key = path(table.path("identity_pk"), name + ".identity_pk");
        try {
            PemFiles.credential(certificate, key);
        } catch (PemException e) {
            throw new ConfigException(name + ": " + e.getMessage());
        }
        return new DeviceConfig.CertificateFiles(certificate, key);
    }

    /** A file that the settings name, as a text or as a table with uri. */
    static Path path(JsonNode value, String name) {
        if (value.has("method")) {
            throw new ConfigException(name + " asks for a certificate from an EST server or a local CA, which is not"
                    + " supported: get the certificate by other means, and name its file: \"file:///<path>\"");
        }
        String text = (value.isTextual() ? Optional.of(value.asText()) : Toml.text(value, "uri"))
                .orElseThrow(() -> new ConfigException(name + " needs the name of a file: \"file:///<path>\""));
        if (text.startsWith("pkcs11:")) {
            throw new ConfigException(
                    name + " names a key of a security module (pkcs11:), which is not supported: keep it in a file");
        }
        Path path = Path.of(Toml.filePath(text));
        if (!path.isAbsolute()) {
            throw new ConfigException(name + " is not the whole name of a file: write \"file:///<path>\"");
        }
        return path;
    }

    /** @param what names the file, for the error's text */
    static byte[] bytes(Path file, String what) {
        try {
            if (Files.size(file) > MAX_KEY_FILE) {
                throw new ConfigException(what + " names " + file + ", which is too large for a key");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException(what + " names " + file + ", which is not there");
        } catch (AccessDeniedException e) {
            throw new ConfigException(what + " names " + file + ", which cannot be read: permission denied; the service"
                    + " runs as the user edge-agent: sudo chown edge-agent " + file);
        } catch (IOException e) {
            throw new ConfigException(what + " names " + file + ", which cannot be read: " + e);
        }
    }
}
