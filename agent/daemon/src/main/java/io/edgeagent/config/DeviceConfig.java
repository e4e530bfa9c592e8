package io.edgeagent.config;

import io.edgeagent.protocol.SharedKey;
import java.nio.file.Path;
import java.util.Optional;

/** Who the device is, or whom it asks who it is. */
public sealed interface DeviceConfig {

    /** With what it proves that it is the one. */
    Proof proof();

    /** A secret that the cloud knows, or can check. */
    sealed interface Proof {}

    /** A symmetric key. */
    record Key(SharedKey key) implements Proof {}

    /** PEM files, which may be replaced while the agent runs. */
    record CertificateFiles(Path certificate, Path key) implements Proof {}

    /** The hub and the name in it are in the settings. */
    record Manual(String hubHost, String deviceId, Proof proof) implements DeviceConfig {}

    /**
     * The Device Provisioning Service says which hub and which name.
     *
     * @param endpoint its host, with a port if it is not 443
     * @param idScope which of all provisioning services
     * @param payload JSON that the service hands to a custom allocation
     */
    record Dps(
            String endpoint,
            String idScope,
            String registrationId,
            Proof proof,
            Optional<String> payload,
            Reprovisioning again)
            implements DeviceConfig {}

    /** {@code auto_reprovisioning_mode}: when the service is asked although the answer is known. */
    enum Reprovisioning {
        /** Whenever the hub refuses the device. */
        DYNAMIC("Dynamic"),
        /** At every start, and if the hub refuses the device then. */
        ALWAYS_ON_STARTUP("AlwaysOnStartup"),
        /** If the hub refuses the device at the start. */
        ON_ERROR_ONLY("OnErrorOnly");

        private final String text;

        Reprovisioning(String text) {
            this.text = text;
        }

        /** As in the settings. */
        public String text() {
            return text;
        }
    }
}
