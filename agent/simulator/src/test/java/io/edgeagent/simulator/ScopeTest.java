package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.IdentityName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;

/** Who is below an edge device, and that its hub may connect on behalf of these. */
class ScopeTest extends PorchFixture {
    private static final SharedKey KEY = SharedKey.of(new byte[] {1, 2, 3, 4});
    private static final IdentityName HUB = IdentityName.module("porch", "$edgeHub");

    private RestClient edgeHub() {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.putObject("authentication")
                .put("type", "sas")
                .putObject("symmetricKey")
                .put("primaryKey", KEY.toBase64())
                .put("secondaryKey", KEY.toBase64());
        hub.identities().update(HUB, request);
        return new RestClient(hub, token(HUB));
    }

    private String token(IdentityName name) {
        return SasToken.sign(name.resource(hub.hostName()), KEY, Instant.now().plus(Duration.ofHours(1)))
                .toText();
    }

    @Test
    void the_hub_of_an_edge_device_reads_its_scope_page_by_page() throws Exception {
        for (int i = 0; i < 12; i++) {
            hub.createDevice("camera" + i);
            hub.identities().placeBelow("camera" + i, "porch");
        }
        hub.createDevice("stranger");
        RestClient edgeHub = edgeHub();
        List<String> found = new ArrayList<>();
        String path =
                HubPaths.deviceScope("porch") + "?deviceCount=10&continuationToken=&api-version=2018-08-30-preview";
        int pages = 0;
        while (!path.isEmpty()) {
            RestClient.Answer answer = edgeHub.sendRaw("GET", path, "");
            assertThat(answer.status()).isEqualTo(200);
            JsonNode page = new ObjectMapper().readTree(answer.text());
            page.path("devices")
                    .forEach(device -> found.add(device.path("deviceId").asText()));
            path = page.path("continuationLink").asText("").replace("null", "");
            pages++;
        }
        assertThat(pages).isEqualTo(2);
        assertThat(found).hasSize(13).contains("porch", "camera11").doesNotContain("stranger");
        assertThat(edgeHub.sendRaw("GET", HubPaths.deviceScope("stranger") + "?api-version=2018-08-30-preview", "")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void it_connects_on_behalf_of_its_children_and_of_nobody_else() throws Exception {
        edgeHub();
        hub.createDevice("camera");
        hub.createDevice("stranger");
        hub.identities().placeBelow("camera", "porch");
        onBehalf("camera", "camera;porch").connect().close();
        for (String[] wrong : new String[][] {
            {"stranger", "stranger;porch"},
            {"camera", "camera;cellar"},
            {"camera", "stranger;porch"},
            {"camera", ";porch"}
        }) {
            assertThatThrownBy(() -> onBehalf(wrong[0], wrong[1]).connect())
                    .as(wrong[1])
                    .isInstanceOf(MqttException.class);
        }
        MqttPeer withoutChain = MqttPeer.of(hub, IdentityName.device("camera"), token(HUB));
        assertThatThrownBy(withoutChain::connect).isInstanceOf(MqttException.class);
    }

    private MqttPeer onBehalf(String device, String chain) throws MqttException {
        MqttPeer peer = MqttPeer.of(hub, IdentityName.device(device), token(HUB));
        peer.options().setUserName(peer.options().getUserName() + "&auth-chain=" + Percent.encode(chain));
        return peer;
    }
}
