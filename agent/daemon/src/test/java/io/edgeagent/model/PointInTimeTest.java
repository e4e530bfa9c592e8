package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointInTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-11-28T11:00:00Z,             2026-11-28T11:00:00Z",
        "2026-11-28T11:00:00.25+02:00,     2026-11-28T09:00:00.250Z",
        "1764331200,                       2025-11-28T12:00:00Z",
        "0,                                1970-01-01T00:00:00Z",
        "10m,                              2026-11-28T11:50:00Z",
        "90 s,                             2026-11-28T11:58:30Z",
        "1 day,                            2026-11-27T12:00:00Z",
        "1 d 2 h 3 m,                      2026-11-27T09:57:00Z",
        "2 days 3 hours 2 minutes,         2026-11-26T08:58:00Z",
        "1d2h3m ago,                       2026-11-27T09:57:00Z",
        "1w,                               2026-11-21T12:00:00Z",
        "1M,                               2026-10-29T12:00:00Z",
        "999999999 years,                  1970-01-01T00:00:00Z"
    })
    void is_read_as_iot_edge_reads_it(String text, Instant expected) {
        assertThat(PointInTime.parse(text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2026-11-28",
                "2026-11-28T11:00:00",
                "10 x",
                "10m 5",
                "-1",
                "1.5h",
                "10m\u0007",
                "99999999999999",
                "2026-13-28T11:00:00Z",
                "m",
                " ago"
            })
    void what_is_not_a_time_is_refused_with_examples(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PointInTime.parse(text, NOW))
                .withMessageContaining("is not a time; write it like")
                .withMessageNotContaining("\u0007");
    }

    @Test
    void a_text_without_end_is_not_read_to_its_end() {
        assertThatIllegalArgumentException().isThrownBy(() -> PointInTime.parse("1 d ".repeat(100_000), NOW));
    }
}
