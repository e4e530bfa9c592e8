package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.HubJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Devices that talk to the provisioning service without an SDK. */
record DpsPeer(Simulator hub) {
    /** Returns its key. */
    String individual(String id, ObjectNode request) {
        return hub.dps().enroll(id, request).at("/attestation/primaryKey").asText();
    }

    void enrollX509(String id, TestCertificate certificate, boolean group) {
        ObjectNode request = HubJson.object().put("group", group);
        request.putObject("attestation")
                .put("type", "x509")
                .putArray("certificates")
                .add(certificate.pem());
        hub.dps().enroll(id, request);
    }

    JsonNode register(String id, String key) throws Exception {
        return register(client(id, key), id);
    }

    /** Registers and asks once what has become of it. */
    JsonNode register(RestClient device, String id) throws Exception {
        RestClient.Answer pending = device.send("PUT", path(id + "/register"), "{}");
        assertThat(pending.status()).isEqualTo(202);
        String operation = pending.json().path("operationId").asText();
        return device.send("GET", path(id + "/operations/" + operation), "").json();
    }

    void assertRefused(RestClient device, String id) throws Exception {
        RestClient.Answer answer = device.send("PUT", path(id + "/register"), "{}");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("errorCode").asInt()).isEqualTo(401002);
        assertThat(answer.json().path("message").asText()).isEqualTo("Unauthorized");
    }

    RestClient client(String id, String key) {
        return new RestClient(hub, token(id, key, Duration.ofMinutes(1)));
    }

    String token(String id, String key, Duration lifetime) {
        return SasToken.sign(
                        hub.dps().idScope() + "/registrations/" + id,
                        SharedKey.fromBase64(key),
                        Instant.now().plus(lifetime),
                        Optional.of("registration"))
                .toText();
    }

    String path(String rest) {
        return "/" + hub.dps().idScope() + "/registrations/" + rest;
    }

    String connectionString(String device, String key) {
        return "HostName=" + hub.hostName() + ";DeviceId=" + device + ";SharedAccessKey=" + key;
    }
}
