package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private long nanos = 5_000_000_000L;
    private Optional<Instant> wall = Optional.of(NOON);
    private final Expiry expiry = new Expiry(new HubRuntime() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Optional<Instant> wallClock() {
            return wall;
        }

        @Override
        public Cancellation after(Duration delay, Runnable action) {
            throw new UnsupportedOperationException();
        }
    });

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.map(now -> now.plus(time));
    }

    private long store(long sequence) {
        long stamp = expiry.stamp();
        expiry.stored(sequence);
        return stamp;
    }

    @Test
    void a_message_waits_as_long_as_it_may() {
        long at = store(100);

        pass(Duration.ofMinutes(59));
        assertThat(expiry.isExpired(100, at, HOUR)).isFalse();
        pass(Duration.ofMinutes(2));
        assertThat(expiry.isExpired(100, at, HOUR)).isTrue();
        assertThat(expiry.isExpired(100, at, -1)).as("for ever").isFalse();
    }

    @Test
    void a_clock_that_is_set_makes_no_message_of_this_start_older() {
        long stale = store(100);
        pass(Duration.ofMinutes(10));
        wall = wall.map(now -> now.plus(Duration.ofDays(3)));
        long right = store(101);

        pass(Duration.ofMinutes(30));

        assertThat(expiry.isExpired(100, stale, HOUR)).isFalse();
        assertThat(expiry.isExpired(101, right, HOUR)).isFalse();
        pass(Duration.ofMinutes(25));
        assertThat(expiry.isExpired(100, stale, HOUR)).as("65 minutes old").isTrue();
        assertThat(expiry.isExpired(101, right, HOUR)).as("55 minutes old").isFalse();
    }

    @Test
    void a_clock_that_goes_back_keeps_no_message_of_this_start_for_longer() {
        long at = store(100);
        pass(Duration.ofMinutes(10));
        wall = wall.map(now -> now.minus(Duration.ofDays(3)));

        pass(Duration.ofMinutes(51));

        assertThat(expiry.isExpired(100, at, HOUR)).isTrue();
    }

    @Test
    void a_message_from_before_the_start_waits_until_the_clock_can_be_trusted() {
        long before = NOON.minus(Duration.ofHours(2)).toEpochMilli();

        assertThat(expiry.isExpired(1, before, HOUR)).as("at the start").isFalse();
        pass(Expiry.GRACE);
        assertThat(expiry.isExpired(1, before, HOUR)).isTrue();

        wall = Optional.empty();
        assertThat(expiry.isExpired(1, before, HOUR)).as("no clock").isFalse();
        wall = Optional.of(NOON.plus(Duration.ofDays(1)));
        assertThat(expiry.isExpired(1, before, HOUR)).as("just set").isFalse();
        pass(Expiry.GRACE);
        assertThat(expiry.isExpired(1, before, HOUR)).isTrue();
    }

    @Test
    void a_message_that_was_stored_without_a_clock_does_not_expire_by_one() {
        wall = Optional.empty();
        long at = store(100);
        assertThat(at).isZero();
        wall = Optional.of(NOON);

        pass(Duration.ofDays(1));

        assertThat(expiry.isExpired(100, at, HOUR)).isFalse();
    }
}
