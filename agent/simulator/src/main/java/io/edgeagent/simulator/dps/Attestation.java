package io.edgeagent.simulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.Certificates;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** With what the devices of an enrollment prove themselves. */
sealed interface Attestation {

    ObjectNode toJson();

    /** The keys of one device, or of a group, whose devices' keys are derived from them. */
    record Keys(SharedKey primary, SharedKey secondary) implements Attestation {
        private static final SecureRandom RANDOM = new SecureRandom();

        static Keys random() {
            return new Keys(key(), key());
        }

        /** Those of one device of the group. */
        Keys derive(String registrationId) {
            return new Keys(SharedKey.of(primary.sign(registrationId)), SharedKey.of(secondary.sign(registrationId)));
        }

        List<SharedKey> both() {
            return List.of(primary, secondary);
        }

        @Override
        public ObjectNode toJson() {
            return HubJson.object()
                    .put("type", "symmetricKey")
                    .put("primaryKey", primary.toBase64())
                    .put("secondaryKey", secondary.toBase64());
        }

        private static SharedKey key() {
            byte[] bytes = new byte[64];
            RANDOM.nextBytes(bytes);
            return SharedKey.of(bytes);
        }
    }

    /** Certificates of one device, or of CAs that sign those of a group's devices. */
    record X509(List<X509Certificate> certificates) implements Attestation {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = HubJson.object().put("type", "x509");
            certificates.forEach(certificate -> json.withArray("certificates").add(Certificates.pem(certificate)));
            return json;
        }
    }

    /** Keys that are left out are made. @throws HubException 400 if it is malformed */
    static Attestation parse(JsonNode json) {
        String type = json.path("type").asText("symmetricKey");
        return switch (type) {
            case "symmetricKey" ->
                keys(
                        json.path("primaryKey").asText(""),
                        json.path("secondaryKey").asText(""));
            case "x509" -> {
                List<X509Certificate> certificates = new ArrayList<>();
                json.path("certificates").forEach(pem -> certificates.add(Certificates.parse(pem.asText())));
                if (certificates.isEmpty()) {
                    throw new HubException(HubError.ARGUMENT_INVALID, "An x509 enrollment needs a certificate in PEM.");
                }
                yield new X509(List.copyOf(certificates));
            }
            default ->
                throw new HubException(
                        HubError.ARGUMENT_INVALID, "attestation.type must be symmetricKey or x509, not " + type);
        };
    }

    private static Keys keys(String primary, String secondary) {
        Keys random = Keys.random();
        try {
            return new Keys(
                    primary.isEmpty() ? random.primary() : SharedKey.fromBase64(primary),
                    secondary.isEmpty() ? random.secondary() : SharedKey.fromBase64(secondary));
        } catch (ProtocolException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, e.getMessage());
        }
    }
}
