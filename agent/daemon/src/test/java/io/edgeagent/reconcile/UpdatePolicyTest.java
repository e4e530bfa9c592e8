package io.edgeagent.reconcile;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatePolicyTest {
    private static final UpdatePolicy ROLLBACK = new UpdatePolicy(true, Duration.ofMinutes(2));

    @Test
    void without_labels_the_device_s_default_holds() {
        assertThat(ROLLBACK.of(module("led").spec())).isEqualTo(ROLLBACK);
        assertThat(UpdatePolicy.REPLACE.of(module("led").spec())).isEqualTo(UpdatePolicy.REPLACE);
        assertThat(UpdatePolicy.REPLACE.settle()).hasSeconds(30);
    }

    @ParameterizedTest
    @CsvSource({
        "rollback, true, true",
        "rollback, false, true",
        "replace, true, false",
        "replace, false, false",
        "rolback, true, true",
        "rolback, false, false",
        "'', true, true"
    })
    void a_module_s_label_wins_and_one_that_makes_no_sense_counts_as_absent(
            String label, boolean byDefault, boolean expected) {
        UpdatePolicy device = new UpdatePolicy(byDefault, Duration.ofSeconds(30));

        assertThat(device.of(labelled("io.edge-agent.update", label).spec()).rollback())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"45s, 45", "45, 45", "5m, 300", "1h, 3600", "' 7 s ', 7", "0, 0"})
    void the_settle_time_is_seconds_minutes_or_hours(String label, long seconds) {
        assertThat(ROLLBACK.of(labelled("io.edge-agent.settle", label).spec()).settle())
                .hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5s", "1.5m", "9999999", "5 d"})
    void a_settle_time_that_makes_no_sense_counts_as_absent(String label) {
        assertThat(ROLLBACK.of(labelled("io.edge-agent.settle", label).spec()).settle())
                .hasMinutes(2);
    }

    private static Manifest.Module labelled(String name, String value) {
        return module("led").createOptions("{'Labels':{'" + name + "':'" + value + "'}}");
    }
}
