package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.simulator.hub.IdentityName;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the five shared access policies allow, and what devices cannot do over HTTPS. */
@Timeout(60)
class PolicyTest extends PorchFixture {
    private static final List<String> POLICIES =
            List.of("iothubowner", "service", "device", "registryRead", "registryReadWrite");

    @ParameterizedTest
    @CsvSource({
        "GET, /devices, registryRead registryReadWrite",
        "GET, /devices/porch, registryRead registryReadWrite",
        "GET, /devices/porch/modules/$edgeAgent, registryRead registryReadWrite",
        "GET, /statistics/devices, registryRead registryReadWrite",
        "PUT, /devices/porch, registryReadWrite",
        "POST, /devices, registryReadWrite",
        "POST, /devices/keys/regenerate, registryReadWrite",
        "GET, /twins/porch, service",
        "PATCH, /twins/porch, service",
        "POST, /twins/porch/methods, service",
        "POST, /devices/query, service",
        "DELETE, /devices/porch/commands, service",
        "POST, /devices/porch/messages/events, device",
        "POST, /devices/porch/applyConfigurationContent, ''",
        "GET, /_sim/events, ''"
    })
    void a_policy_may_what_its_rights_say_and_the_owner_may_everything(String method, String path, String allowed)
            throws Exception {
        for (String policy : POLICIES) {
            RestClient.Answer answer = new RestClient(hub, token(policy)).send(method, path, "{}");
            boolean may = policy.equals("iothubowner")
                    || Arrays.asList(allowed.split(" ", -1)).contains(policy);
            assertThat(answer.status() != 401).as(policy).isEqualTo(may);
            if (!may) {
                assertThat(answer.errorCode()).isEqualTo("IotHubUnauthorizedAccess");
            }
        }
    }

    @Test
    void the_policies_for_devices_connect_as_any_device_and_the_others_do_not() throws Exception {
        IdentityName name = IdentityName.device("porch");
        for (String policy : POLICIES) {
            MqttPeer peer = MqttPeer.of(hub, name, token(policy));
            if (policy.equals("iothubowner") || policy.equals("device")) {
                peer.connect().close();
            } else {
                assertThatThrownBy(peer::connect).as(policy).isInstanceOf(MqttException.class);
            }
        }
    }

    @Test
    void policies_keep_their_keys_over_a_restart() throws Exception {
        var before = hub.policies();
        hub.close();
        hub = TestHub.start(state);
        assertThat(hub.policies()).isEqualTo(before).containsOnlyKeys(POLICIES);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /devices/porch/messages/events, messages over HTTPS",
        "GET, /devices/porch/messages/devicebound, messages over HTTPS",
        "DELETE, /devices/porch/messages/devicebound/x, messages over HTTPS",
        "POST, /devices/porch/files, file upload",
        "POST, /devices/porch/files/notifications, file upload"
    })
    void what_devices_do_over_https_is_not_supported_and_says_so(String method, String path, String what)
            throws Exception {
        RestClient device = new RestClient(hub, MqttPeer.token(hub, porch, Duration.ofHours(1)));
        RestClient.Answer answer = device.send(method, path, "{}");
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.errorCode()).isEqualTo("FeatureNotSupported");
        assertThat(answer.text()).contains("does not support " + what);
        assertThat(device.send(method, path.replace("porch", "cellar"), "{}").status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /configurations",
        "PUT, /configurations/x",
        "GET, /jobs/v2/query",
        "GET, /digitaltwins/porch",
        "POST, /devices/porch/modules/$edgeHub/getDeviceAndModuleOnBehalfOf"
    })
    void what_the_simulator_has_not_is_refused_in_words(String method, String path) throws Exception {
        RestClient.Answer answer = new RestClient(hub, token("iothubowner")).send(method, path, "{}");
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("ErrorCode:FeatureNotSupported;The simulator does not support");
    }

    private String token(String policy) {
        return SasToken.sign(
                        hub.hostName(),
                        ConnectionString.parse(hub.policies().get(policy)).key().orElseThrow(),
                        Instant.now().plus(Duration.ofHours(1)),
                        Optional.of(policy))
                .toText();
    }
}
