package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.provisioning.device.AdditionalData;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderX509;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's provisioning SDK for Java, unmodified, over HTTPS, and its device SDK with certificates. */
@Timeout(120)
class ProvisioningSdkIT {
    private static final int REGISTER_MILLIS = 30_000;
    private static final int SEND_MILLIS = 5_000;

    @TempDir
    private Path state;

    private Simulator hub;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.startForSdks(state);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void an_individual_key_is_assigned_with_its_payload() throws Exception {
        String key = key("porch", HubJson.object().put("iotEdge", true));
        AdditionalData data = new AdditionalData();
        data.setProvisioningPayload("{\"model\":\"pi\"}");
        ProvisioningDeviceClient client = client(new SecurityProviderSymmetricKey(bytes(key), "porch"));
        ProvisioningDeviceClientRegistrationResult result = client.registerDeviceSync(data, REGISTER_MILLIS);
        client.close();
        assertAssigned(result, "porch");
        assertThat(hub.dps().toJson().at("/registrations/0/payload").asText()).contains("pi");
        assertThat(hub.identity(IdentityName.device("porch"))
                        .at("/capabilities/iotEdge")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void a_key_derived_from_a_groups_is_assigned() throws Exception {
        String groupKey = key("boards", HubJson.object().put("group", true));
        byte[] derived = SecurityProviderSymmetricKey.ComputeDerivedSymmetricKey(bytes(groupKey), "porch");
        assertThat(new String(derived, StandardCharsets.US_ASCII))
                .isEqualTo(hub.dps().deviceKey("boards", "porch"));
        assertAssigned(register(new SecurityProviderSymmetricKey(derived, "porch")), "porch");
    }

    @Test
    void a_wrong_key_fails_and_a_disabled_enrollment_says_so() throws Exception {
        String key = key("porch", HubJson.object());
        assertThatThrownBy(() -> register(new SecurityProviderSymmetricKey(bytes(key), "cellar")))
                .isInstanceOf(Exception.class);
        hub.faults(HubJson.object().put("provisioning", "disabled"));
        assertThatThrownBy(() -> register(new SecurityProviderSymmetricKey(bytes(key), "porch")))
                .isInstanceOf(ProvisioningDeviceHubException.class);
    }

    @Test
    void certificates_are_assigned_and_then_connect_and_send() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("porch");
        TestCertificate ca = TestCertificate.ca("factory");
        TestCertificate cellar = ca.signs("cellar");
        enroll("porch", own, false);
        enroll("boards", ca, true);
        assertAssigned(register(new Certificate(own, "porch")), "porch");
        assertAssigned(register(new Certificate(cellar, "cellar")), "cellar");
        send("porch", own.context());
        send("cellar", cellar.context());
        assertThat(hub.events()).hasSize(2);
    }

    private void send(String device, SSLContext tls) throws Exception {
        DeviceClient client = new DeviceClient(
                "HostName=" + hub.hostName() + ";DeviceId=" + device + ";x509=true",
                IotHubClientProtocol.MQTT,
                ClientOptions.builder().sslContext(tls).build());
        client.open(false);
        client.sendEvent(new Message("hello"), SEND_MILLIS);
        client.close();
    }

    private void assertAssigned(ProvisioningDeviceClientRegistrationResult result, String device) {
        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(result.getIothubUri()).isEqualTo(hub.hostName());
        assertThat(result.getDeviceId()).isEqualTo(device);
    }

    private ProvisioningDeviceClientRegistrationResult register(SecurityProvider security) throws Exception {
        ProvisioningDeviceClient client = client(security);
        try {
            return client.registerDeviceSync(REGISTER_MILLIS);
        } finally {
            client.close();
        }
    }

    private ProvisioningDeviceClient client(SecurityProvider security) throws Exception {
        return ProvisioningDeviceClient.create(
                hub.hostName(), hub.dps().idScope(), ProvisioningDeviceClientTransportProtocol.HTTPS, security);
    }

    private String key(String id, ObjectNode request) {
        return hub.dps().enroll(id, request).at("/attestation/primaryKey").asText();
    }

    private void enroll(String id, TestCertificate certificate, boolean group) {
        ObjectNode request = HubJson.object().put("group", group);
        request.putObject("attestation")
                .put("type", "x509")
                .putArray("certificates")
                .add(certificate.pem());
        hub.dps().enroll(id, request);
    }

    /** The provider wants the bytes of the text. */
    private static byte[] bytes(String base64) {
        return base64.getBytes(StandardCharsets.US_ASCII);
    }

    /** A certificate in memory; Azure's own provider wants PEM texts. */
    private static final class Certificate extends SecurityProviderX509 {
        private final TestCertificate certificate;
        private final String name;

        Certificate(TestCertificate certificate, String name) {
            this.certificate = certificate;
            this.name = name;
        }

        @Override
        public String getClientCertificateCommonName() {
            return name;
        }

        @Override
        public X509Certificate getClientCertificate() {
            return certificate.certificate();
        }

        @Override
        public Key getClientPrivateKey() {
            return certificate.key();
        }

        @Override
        public Collection<X509Certificate> getIntermediateCertificatesChain() {
            return List.of();
        }
    }
}
