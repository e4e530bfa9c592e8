package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HubTimeTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** Both hands set by the test. */
    private static final class TwoHands implements Clock {
        private Duration passed = Duration.ZERO;
        private Instant wall = NOON;

        @Override
        public long nanos() {
            return passed.toNanos();
        }

        @Override
        public Instant wallClock() {
            return wall;
        }
    }

    private final TwoHands clock = new TwoHands();
    private final HubTime hub = new HubTime(clock);

    @Test
    void nobody_knows_before_the_hub_told_its_time() {
        assertThat(hub.agrees()).isFalse();
    }

    @Test
    void a_clock_a_minute_off_is_right_and_one_an_hour_off_is_not() {
        hub.told(NOON.plusSeconds(60));
        assertThat(hub.agrees()).isTrue();

        hub.told(NOON.minus(Duration.ofHours(1)));
        assertThat(hub.agrees()).isFalse();
    }

    @Test
    void a_clock_that_began_in_1970_is_right_once_it_was_set() {
        clock.wall = Instant.EPOCH;
        hub.told(NOON);
        assertThat(hub.agrees()).isFalse();

        clock.passed = Duration.ofHours(2);
        clock.wall = NOON.plus(Duration.ofHours(2));
        assertThat(hub.agrees()).isTrue();
    }

    @Test
    void a_clock_that_is_set_wrong_later_is_noticed() {
        hub.told(NOON);
        clock.passed = Duration.ofHours(2);

        assertThat(hub.agrees()).isFalse();
    }
}
