package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A network in which only a real proxy reaches the hub. */
class ProxyIT {
    @RegisterExtension
    private static final Lab lab = new Lab(Lab.sharedEngine(), SimulatorOptions.DEFAULT.onlyFrom(TinyProxy.SOURCE));

    private static final String LOGIN = "agent:p%2Ds_s";

    private static TinyProxy proxy;

    @BeforeAll
    static void open() throws IOException {
        proxy = new TinyProxy(lab.folder);
    }

    @AfterAll
    static void close() {
        proxy.close();
    }

    @Test
    void a_device_is_provisioned_gets_identities_and_follows_its_twin_through_the_proxy() throws IOException {
        enroll("proxied");
        try (Device device = new Device(lab, "proxied", dps("proxied", Map.of("https_proxy", proxy.url(LOGIN))))) {
            device.start().awaitLog("event=provisioned device=proxied");
            device.agent().awaitLog("event=link_up");
            device.apply(Manifest.of(lab).module("proxied-m", lab.image("1")));

            assertThat(device.awaitStatus(200)).isEmpty();
            assertThat(lab.hub().modules("proxied")).contains("proxied-m");
            assertThat(proxy.log()).contains("CONNECT " + lab.hubAddress + ":443");
            assertThat(device.agent().log()).doesNotContain("p%2Ds_s", TinyProxy.PASSWORD);
        }
    }

    @Test
    void the_proxy_of_config_toml_is_used_too_and_AmqpWs_means_the_same_as_MqttWs() throws IOException {
        Device device = new Device(lab, "proxied-file");
        try (device) {
            Files.writeString(
                    Files.createDirectories(device.state()).resolve("config.toml"), """
                    [agent.env]
                    https_proxy = "%s"
                    UpstreamProtocol = "AmqpWs"
                    """.formatted(proxy.url(LOGIN)));
            device.start().awaitLog("event=link_up");
        }
    }

    @Test
    void a_host_of_no_proxy_is_asked_directly() throws IOException {
        enroll("direct");
        int before = connects();
        Map<String, String> way = Map.of("https_proxy", proxy.url(LOGIN), "no_proxy", lab.hubAddress);
        try (Device device = new Device(lab, "direct", dps("direct", way))) {
            device.start().awaitLog("event=provisioning_failed code=HUB_UNREACHABLE");

            assertThat(connects()).isEqualTo(before);
        }
    }

    @Test
    void without_a_proxy_there_is_no_way() throws IOException {
        enroll("alone");
        try (Device device = new Device(lab, "alone", dps("alone", Map.of()))) {
            device.start().awaitLog("event=provisioning_failed code=HUB_UNREACHABLE");
        }
    }

    @Test
    void a_login_that_the_proxy_refuses_is_said_without_the_password() throws IOException {
        enroll("stranger");
        Map<String, String> way = Map.of("https_proxy", proxy.url("agent:s3cret"));
        try (Device device = new Device(lab, "stranger", dps("stranger", way))) {
            device.start().awaitLog("refused the user or the password of https_proxy");

            assertThat(device.agent().log()).doesNotContain("s3cret");
        }
    }

    private static int connects() throws IOException {
        return proxy.log().split("CONNECT ", -1).length;
    }

    private static void enroll(String id) throws IOException {
        var enrollment = JsonNodeFactory.instance.objectNode().put("iotEdge", true);
        enrollment
                .putObject("attestation")
                .put("type", "symmetricKey")
                .put("primaryKey", "cXk5Nk1oTjRaS3dYb1YzdA==")
                .put("secondaryKey", "c2Vjb25k");
        lab.hub().dps().enroll(id, enrollment);
    }

    private static Map<String, String> dps(String registrationId, Map<String, String> way) throws IOException {
        Map<String, String> variables = new HashMap<>(way);
        variables.put("EDGE_AGENT_DPS_ENDPOINT", "https://" + lab.hubAddress);
        variables.put("EDGE_AGENT_DPS_ID_SCOPE", lab.hub().dps().idScope());
        variables.put("EDGE_AGENT_DPS_REGISTRATION_ID", registrationId);
        variables.put("EDGE_AGENT_DPS_SYMMETRIC_KEY", "cXk5Nk1oTjRaS3dYb1YzdA==");
        return variables;
    }
}
