package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.MemoryAgentIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AgentCredentialsTest {
    private final FakeRegistry hub = new FakeRegistry();
    private final Identities identities = new Identities(hub, () -> SharedKey.of(new byte[] {1, 2, 3}));
    private final MemoryAgentIdentity memory = new MemoryAgentIdentity();
    private final FakeClock clock = new FakeClock();
    private final SavedState<ModuleIdentity> saved = memory.saved("the agent's identity", Runnable::run, clock);
    private final AgentCredentials credentials = open();

    private AgentCredentials open() {
        return new AgentCredentials(new Device("hub.example.net", "board"), hub, identities, memory, saved);
    }

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
    void a_hub_whose_registry_is_throttled_does_not_keep_an_agent_out_that_signed_in_before() {
        hub.add(Identities.EDGE_AGENT);
        ConnectionString first = credentials.get();
        hub.refuse("list", ErrorCode.HUB_THROTTLED);

        assertThat(open().get()).isEqualTo(first);
    }

    @Test
    void a_device_that_was_made_again_gets_new_keys_and_that_is_said() {
        hub.add(Identities.EDGE_AGENT);
        SharedKey before = credentials.get().key().orElseThrow();
        hub.remove(Identities.EDGE_AGENT);
        ModuleIdentity again = hub.add(Identities.EDGE_AGENT);
        credentials.refused();

        try (LoggedLines lines = LoggedLines.of(AgentCredentials.class.getName())) {
            assertThat(credentials.get().key())
                    .contains(identities.keyOf(again))
                    .isEqualTo(hub.primaryKey("$edgeAgent"))
                    .isNotEqualTo(before);
            assertThat(lines.lines()).singleElement().asString().contains("event=device_made_again");
        }
        assertThat(memory.agentIdentity()).contains(again);
    }

    @Test
    void a_key_that_was_changed_in_the_hub_is_set_again_and_that_is_said() {
        hub.add(Identities.EDGE_AGENT);
        ConnectionString before = credentials.get();
        hub.changeKey(Identities.EDGE_AGENT, SharedKey.of(new byte[] {9}));
        credentials.refused();

        try (LoggedLines lines = LoggedLines.of(AgentCredentials.class.getName())) {
            assertThat(credentials.get()).isEqualTo(before);
            assertThat(hub.primaryKey("$edgeAgent")).isEqualTo(before.key());
            assertThat(lines.lines()).singleElement().asString().contains("event=agent_key_set_again");
        }
    }

    @Test
    @Warns("ERROR event=not_saved")
    void an_identity_that_cannot_be_written_is_written_when_there_is_room_and_is_used_meanwhile() {
        hub.add(Identities.EDGE_AGENT);
        memory.setFull(true);

        ConnectionString first = credentials.get();

        assertThat(credentials.get()).isEqualTo(first);
        assertThat(saved.failure()).isPresent();
        memory.setFull(false);
        clock.advance(Duration.ofSeconds(5));
        saved.writeIfDue();
        assertThat(saved.failure()).isEmpty();
        hub.refuse("list", ErrorCode.HUB_UNREACHABLE);
        assertThat(open().get()).isEqualTo(first);
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
