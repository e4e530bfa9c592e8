package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateRulesTest {
    private static final Manifest BARE = Manifest.version(1).with(Manifest.module("led"));

    @Test
    void without_settings_updates_come_at_any_time_and_locks_count() {
        UpdateRules rules = BARE.deployment().updates();

        assertThat(rules).isEqualTo(UpdateRules.NONE);
        assertThat(BARE.agentEnv("UpdateWindow", " ")
                        .agentEnv("UpdateLocks", "Honor")
                        .deployment()
                        .updates())
                .isEqualTo(rules);
    }

    @Test
    void are_read_from_the_environment_of_the_agent_role() {
        UpdateRules rules = BARE.agentEnv("UpdateWindow", "Sat 00:00-24:00")
                .agentEnv("UpdateLocks", "OVERRIDE")
                .agentEnv("UpdatePulls", "InWindow")
                .deployment()
                .updates();

        assertThat(rules.window()).map(UpdateWindow::text).contains("Sat 00:00-24:00");
        assertThat(rules.overridesLocks()).isTrue();
        assertThat(rules.pullsInWindow()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"UpdateWindow,Mon-Fry 22:00-05:00", "UpdateLocks,yes", "UpdatePulls,never", "UpdatePulls,InWindow"})
    void what_cannot_be_read_is_a_fault_of_the_agents_entry_and_modules_that_run_are_left_alone(
            String variable, String value) {
        Deployment deployment = BARE.agentEnv(variable, value).deployment();

        assertThat(deployment.updates()).isEqualTo(UpdateRules.UNREADABLE);
        assertThat(deployment.fault("$edgeAgent"))
                .map(Problem::text)
                .hasValueSatisfying(
                        text -> assertThat(text).contains("systemModules.edgeAgent.env." + variable + ": "));
        assertThat(deployment.modules()).containsKey("led");
    }

    @Test
    void they_are_unreadable_also_where_the_entry_before_stays_in_force() {
        DesiredInForce good = DesiredInForce.of(
                BARE.agentEnv("UpdateWindow", "Sat 00:00-24:00").json(), Optional.empty(), ParentHost.NONE);

        DesiredInForce bad =
                DesiredInForce.of(BARE.agentEnv("UpdateWindow", "Sun").json(), Optional.of(good), ParentHost.NONE);

        assertThat(bad.deployment().updates().readable()).isFalse();
        assertThat(bad.deployment().agent().orElseThrow().env()).containsEntry("UpdateWindow", "Sat 00:00-24:00");
    }

    @Test
    void another_fault_of_the_agents_entry_leaves_those_of_the_entry_before() {
        DesiredInForce good = DesiredInForce.of(
                BARE.agentEnv("UpdateWindow", "Sat 00:00-24:00").json(), Optional.empty(), ParentHost.NONE);
        var json = BARE.json();
        json.withObject("/systemModules/edgeAgent/settings").put("image", "UPPER CASE");

        DesiredInForce bad = DesiredInForce.of(json, Optional.of(good), ParentHost.NONE);

        assertThat(bad.deployment().faults()).containsKey("$edgeAgent");
        assertThat(bad.deployment().updates()).isEqualTo(good.deployment().updates());
    }
}
