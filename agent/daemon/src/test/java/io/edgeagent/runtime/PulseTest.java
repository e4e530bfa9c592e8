package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.testing.LoggedLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulseTest {
    private final FakeClock clock = new FakeClock();
    private final List<String> told = new ArrayList<>();
    private Duration idle = Duration.ZERO;
    private final Pulse pulse = new Pulse(
                    new Supervisor() {
                        @Override
                        public Duration period() {
                            return Duration.ofSeconds(20);
                        }

                        @Override
                        public void alive(String state) {
                            told.add(state);
                        }

                        @Override
                        public void stopping() {
                            told.add("stopping");
                        }
                    },
                    clock)
            .watch("an answer", () -> idle)
            .watch("a plan", () -> Duration.ZERO);

    @Test
    void beats_once_a_period() {
        for (int second = 0; second < 60; second++) {
            pulse.beat(() -> "fine");
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(told).containsExactly("fine", "fine", "fine");
        assertThat(pulse.dueAt()).isEqualTo(clock.nanos());
    }

    @Test
    void one_part_that_does_nothing_for_too_long_ends_the_beat_which_is_said_once_and_begins_again_with_its_work() {
        pulse.beat(() -> "fine");
        idle = Pulse.TOO_LONG.plusNanos(1);

        try (LoggedLines lines = LoggedLines.of(Pulse.class.getName())) {
            for (int beat = 0; beat < 10; beat++) {
                clock.advance(Duration.ofSeconds(20));
                pulse.beat(() -> "stalled");
            }
            assertThat(lines.lines()).singleElement().asString().contains("event=stalled what=\"an answer\"");
        }
        assertThat(told).containsExactly("fine");

        idle = Pulse.TOO_LONG;
        clock.advance(Duration.ofSeconds(20));
        pulse.beat(() -> "goes on");
        assertThat(told).containsExactly("fine", "goes on");
    }

    @Test
    void an_agent_that_stops_says_so() {
        pulse.stopping();

        assertThat(told).containsExactly("stopping");
    }
}
