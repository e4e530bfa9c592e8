package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doubles_from_10_seconds_to_5_minutes_and_stays_there() {
        assertThat(IntStream.range(0, 8).mapToObj(n -> Backoff.RESTART.after(n, 0)))
                .extracting(Duration::toSeconds)
                .containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    }

    @Property
    void never_leaves_its_bounds(
            @ForAll @IntRange(max = Integer.MAX_VALUE) int failures, @ForAll @DoubleRange(max = 1) double random) {
        Duration wait = Backoff.RETRY.after(failures, random);

        assertThat(wait).isBetween(Duration.ofSeconds(4), Duration.ofMinutes(5));
    }

    @Test
    void jitter_shortens_the_wait_by_its_share_at_most() {
        Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(1), 0.25);

        assertThat(backoff.after(0, 1)).isEqualTo(Duration.ofMillis(7500));
        assertThat(backoff.after(0, 0)).isEqualTo(Duration.ofSeconds(10));
    }
}
