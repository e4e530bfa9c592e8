package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsConfigTest {
    @Test
    void says_nothing_and_has_the_defaults() throws JsonProcessingException {
        LimitsConfig limits = read("");

        assertThat(limits.logSize()).contains("10m");
        assertThat(limits.logFiles()).isEqualTo(3);
        assertThat(limits.cleanup()).isTrue();
        assertThat(limits.cleanupEvery()).isEqualTo(Duration.ofHours(1));
        assertThat(limits.imageAge()).isEqualTo(Duration.ofDays(7));
        assertThat(limits.minFreeBytes()).isEmpty();
    }

    @Test
    void reads_the_section_of_iot_edge() throws JsonProcessingException {
        LimitsConfig limits = read("""
                [image_garbage_collection]
                enabled = false
                cleanup_recurrence = "1d"
                image_age_cleanup_threshold = "14 days"
                cleanup_time = "23:59"
                """);

        assertThat(limits.cleanup()).isFalse();
        assertThat(limits.cleanupEvery()).isEqualTo(Duration.ofDays(1));
        assertThat(limits.imageAge()).isEqualTo(Duration.ofDays(14));
    }

    @Test
    void reads_the_sections_of_its_own() throws JsonProcessingException {
        LimitsConfig limits = read("[logs]\nmax_size = '500k'\nmax_files = '5'\n[disk]\nmin_free_mb = 100");

        assertThat(limits.logSize()).contains("500k");
        assertThat(limits.logFiles()).isEqualTo(5);
        assertThat(limits.minFreeBytes()).hasValue(100_000_000);
        assertThat(read("[disk]\nmin_free_mb = 0").minFreeBytes()).hasValue(0);
    }

    @Test
    void none_switches_the_cap_off() throws JsonProcessingException {
        assertThat(read("[logs]\nmax_size = 'none'").logSize()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"90s,90", "5 m,300", "2h,7200", "1day,86400", "2 weeks,1209600"})
    void reads_times(String text, long seconds) throws JsonProcessingException {
        assertThat(read("[image_garbage_collection]\nimage_age_cleanup_threshold = '" + text + "'")
                        .imageAge())
                .hasSeconds(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[logs]\nmax_size = 'ten'",
                "[logs]\nmax_size = '0'",
                "[logs]\nmax_files = 0",
                "[logs]\nmax_files = -1",
                "[disk]\nmin_free_mb = 'some'",
                "[image_garbage_collection]\nenabled = 'maybe'",
                "[image_garbage_collection]\ncleanup_recurrence = '1 month'",
                "[image_garbage_collection]\nimage_age_cleanup_threshold = '0d'"
            })
    void what_makes_no_sense_is_named_with_what_is_expected(String toml) {
        String key = toml.replaceFirst("(?s)^\\[(.*)]\\n(\\w+).*", "$1.$2");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read(toml))
                .withMessageStartingWith(key + " is \"")
                .withMessageContaining("expected ");
    }

    private static LimitsConfig read(String toml) throws JsonProcessingException {
        Findings findings = new Findings();
        LimitsConfig limits = LimitsConfig.of(new TomlMapper().readTree(toml), findings);
        findings.refuseErrors();
        return limits;
    }
}
