package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import org.junit.jupiter.api.Test;

class AgentCredentialsTest {
    private final FakeRegistry hub = new FakeRegistry();
    private final Identities identities = new Identities(hub, () -> SharedKey.of(new byte[] {1, 2, 3}));
    private final AgentCredentials credentials = new AgentCredentials(
            ConnectionString.parseDevice("HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl"),
            hub,
            identities);

    @Test
    void signs_in_as_edge_agent_with_a_key_that_it_pushed() {
        ModuleIdentity agent = hub.add(Identities.EDGE_AGENT);

        ConnectionString signIn = credentials.get();

        assertThat(signIn.moduleId()).contains("$edgeAgent");
        assertThat(signIn.deviceId()).contains("board");
        assertThat(signIn.hostName()).isEqualTo("hub.example.net");
        assertThat(signIn.key()).contains(identities.keyOf(agent)).isEqualTo(hub.primaryKey("$edgeAgent"));
    }

    @Test
    void asks_the_hub_once_and_again_after_a_refusal() {
        hub.add(Identities.EDGE_AGENT);
        credentials.get();
        credentials.get();
        assertThat(hub.calls()).containsExactly("keys $edgeAgent");

        credentials.refused();
        credentials.get();

        assertThat(hub.calls()).hasSize(2);
    }

    @Test
    void says_that_a_device_is_no_edge_device() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(credentials::get)
                .withMessageContaining("board has no module identity $edgeAgent")
                .withMessageContaining("--edge-enabled")
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.HUB_REFUSED));
    }
}
