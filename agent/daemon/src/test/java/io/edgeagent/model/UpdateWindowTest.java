package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static ZonedDateTime at(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN);
    }

    // 2026-11-30 is a Monday
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-11-30T21:59:59|false",
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-11-30T22:00:00|true",
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-12-01T04:59:59|true",
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-12-01T05:00:00|false",
                // Monday before dawn belongs to Sunday
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-11-30T03:00:00|false",
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-12-05T23:59:59|true",
                "Mon-Fri 22:00-05:00, Sat 00:00-24:00|2026-12-06T00:00:00|false",
                "02:00-04:00|2026-12-06T03:00:00|true",
                "sat-mon 1:00-2:00|2026-12-06T01:30:00|true",
                "sat-mon 1:00-2:00|2026-12-08T01:30:00|false",
                "Monday, Wed ,FRI 12:00-13:00|2026-12-02T12:30:00|true",
                "Monday, Wed ,FRI 12:00-13:00|2026-12-03T12:30:00|false",
                "Sun 20:00-00:00|2026-12-06T23:59:59|true",
                "Sun 20:00-00:00|2026-12-07T00:00:00|false",
            })
    void is_open_in_local_time(String text, String time, boolean open) {
        assertThat(UpdateWindow.parse(text).isOpen(at(time))).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T12:00:00,2026-11-30T22:00:00",
        "2026-12-05T06:00:00,2026-12-07T22:00:00",
        "2026-12-04T06:00:00,2026-12-04T22:00:00"
    })
    void knows_when_it_opens_next(String now, String next) {
        assertThat(UpdateWindow.parse("Mon-Fri 22:00-05:00").nextOpening(at(now)))
                .contains(at(next));
    }

    @Test
    void the_only_opening_of_a_week_is_found_from_just_after_it() {
        assertThat(UpdateWindow.parse("Mon 10:00-10:01").nextOpening(at("2026-11-30T10:02:00")))
                .contains(at("2026-12-07T10:00:00"));
    }

    @Test
    void opens_an_hour_later_where_summer_time_leaves_the_hour_out() {
        // 02:00 to 03:00 does not exist on 2026-03-29
        UpdateWindow window = UpdateWindow.parse("02:00-03:00");

        assertThat(window.isOpen(at("2026-03-29T01:59:59"))).isFalse();
        assertThat(window.isOpen(at("2026-03-29T03:00:00"))).isTrue();
        assertThat(window.isOpen(at("2026-03-29T03:59:59"))).isTrue();
        assertThat(window.isOpen(at("2026-03-29T04:00:00"))).isFalse();
    }

    @Test
    void ends_by_the_local_clock_when_summer_time_begins_or_ends_in_it() {
        UpdateWindow night = UpdateWindow.parse("22:00-05:00");

        assertThat(night.isOpen(at("2026-03-29T04:59:59"))).isTrue();
        assertThat(night.isOpen(at("2026-03-29T05:00:00"))).isFalse();
        assertThat(night.isOpen(at("2026-10-25T04:59:59"))).isTrue();
        assertThat(night.isOpen(at("2026-10-25T05:00:00"))).isFalse();
    }

    @Test
    void the_hour_that_comes_twice_is_open_twice() {
        UpdateWindow window = UpdateWindow.parse("02:00-03:00");
        ZonedDateTime first = at("2026-10-25T02:30:00").withEarlierOffsetAtOverlap();

        assertThat(window.isOpen(first)).isTrue();
        assertThat(window.isOpen(first.plusHours(1))).isTrue();
        assertThat(window.isOpen(first.plusHours(2))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "always",
                "Mon",
                "Mon-Fry 22:00-05:00",
                "Mon 22:00",
                "Mon 22-05",
                "Mon 24:00-05:00",
                "Mon 22:60-23:00",
                "Mon 22:00-24:01",
                "Mon 22:00-22:00",
                "22:00-05:00,",
                "22:00-05:00 UTC",
                "Mon 22:00-05:00 Tue 22:00-05:00",
                "Mon\u0000 22:00-05:00"
            })
    void says_how_it_is_written_where_it_is_wrong(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdateWindow.parse(text))
                .withMessageContaining("write it like \"Mon-Fri 22:00-05:00, Sat 00:00-24:00\"");
    }

    @Test
    void has_a_bounded_length() {
        assertThatIllegalArgumentException().isThrownBy(() -> UpdateWindow.parse("Mon,".repeat(100) + "22:00-05:00"));
    }
}
