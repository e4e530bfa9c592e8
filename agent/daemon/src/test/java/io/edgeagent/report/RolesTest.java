package io.edgeagent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.report.Roles.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolesTest {
    private static final Optional<Problem> AWAY = Optional.of(new Problem(ErrorCode.ENGINE_UNREACHABLE, "it is away"));

    @Test
    void without_a_link_to_the_cloud_the_agent_is_ready() {
        Roles roles = new Roles(List.of(
                Role.of("agent", Optional.empty(), true),
                Role.of("link", Optional.of(new Problem(ErrorCode.HUB_UNREACHABLE, "no route")), false),
                new Role("hub", true, "the deployment has none", true)));

        assertThat(roles.isReady()).isTrue();
        assertThat(roles.inOneLine()).isEqualTo("ready");
        assertThat(roles.toJson())
                .hasToString("{\"agent\":{\"up\":true},\"link\":{\"up\":false,\"reason\":\"no route\"},"
                        + "\"hub\":{\"up\":true,\"reason\":\"the deployment has none\"}}");
    }

    @Test
    void without_the_engine_it_is_not_and_says_why() {
        Roles roles = new Roles(List.of(Role.of("agent", Optional.empty(), true), Role.of("engine", AWAY, true)));

        assertThat(roles.isReady()).isFalse();
        assertThat(roles.inOneLine()).isEqualTo("not ready: engine: it is away");
    }
}
