package io.edgeagent.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UpdateLocksTest {
    private static final ModuleSpec LED = Manifest.module("led").spec();
    private static final Container RUNNING = Containers.running(LED);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final FakeClock clock = new FakeClock();
    private final Kept kept = new Kept();
    private final UpdateLocks locks = new UpdateLocks(clock, kept);

    private static final class Kept implements UpdateLockStore {
        private final List<Map<String, Duration>> written = new ArrayList<>();
        private boolean fails;

        @Override
        public Map<String, Duration> read() {
            return written.isEmpty() ? Map.of() : written.get(written.size() - 1);
        }

        @Override
        public boolean write(Map<String, Duration> locks) {
            return !fails && written.add(locks);
        }
    }

    private void taken() {
        assertThat(locks.take("led", TEN_MINUTES)).isTrue();
    }

    private void seen(Optional<Container> container) {
        clock.advance(Duration.ofMillis(1));
        locks.seen(container.map(known -> Map.of("led", known)).orElse(Map.of()), clock.nanos());
    }

    /** Regression: it was lost until a lock changed. */
    @Test
    void a_write_that_failed_is_repeated() {
        kept.fails = true;
        taken();
        kept.fails = false;

        assertThat(locks.held()).containsExactly("led");
        assertThat(kept.written).containsExactly(Map.of("led", TEN_MINUTES));
        locks.held();
        assertThat(kept.written).hasSize(1);
    }

    @Test
    void a_lock_ends_by_itself_and_can_be_renewed() {
        taken();
        clock.advance(Duration.ofMinutes(9));
        taken();
        clock.advance(Duration.ofMinutes(9));
        assertThat(locks.held()).containsExactly("led");
        assertThat(locks.state("led").left()).contains(Duration.ofMinutes(1));

        clock.advance(Duration.ofMinutes(1));
        assertThat(locks.held()).isEmpty();
    }

    @Test
    void a_lock_is_given_back() {
        taken();
        locks.release("led");
        locks.release("led");

        assertThat(locks.held()).isEmpty();
    }

    @Test
    void a_lock_ends_with_the_run_of_the_container_that_holds_it() {
        taken();
        seen(Optional.of(RUNNING));
        assertThat(locks.held()).containsExactly("led");
        seen(Optional.of(Containers.startedAt(RUNNING, Containers.STARTED.plusSeconds(60))));
        assertThat(locks.held()).isEmpty();

        taken();
        seen(Optional.of(RUNNING));
        seen(Optional.of(Containers.withId(RUNNING, "another")));
        assertThat(locks.held()).isEmpty();

        taken();
        seen(Optional.of(Containers.exited(LED, 1)));
        assertThat(locks.held()).isEmpty();

        taken();
        seen(Optional.empty());
        assertThat(locks.held()).isEmpty();
    }

    @Test
    void a_listing_from_before_the_lock_was_taken_says_nothing_about_it() {
        long before = clock.nanos();
        clock.advance(Duration.ofMillis(5));
        taken();

        locks.seen(Map.of("led", Containers.exited(LED, 1)), before);
        assertThat(locks.held()).containsExactly("led");

        seen(Optional.of(RUNNING));
        assertThat(locks.held()).containsExactly("led");
    }

    @Test
    void a_module_that_is_being_stopped_gets_no_lock() {
        assertThat(locks.close("led", false)).isTrue();
        assertThat(locks.take("led", TEN_MINUTES)).isFalse();

        locks.open("led");
        assertThat(locks.take("led", TEN_MINUTES)).isTrue();
    }

    @Test
    void a_module_that_got_its_lock_is_not_stopped_unless_locks_do_not_count() {
        taken();

        assertThat(locks.close("led", false)).isFalse();
        assertThat(locks.close("led", true)).isTrue();
    }

    @Test
    void locks_outlive_the_agent_and_then_last_as_long_as_they_were_taken_for() {
        taken();
        clock.advance(Duration.ofMinutes(8));

        UpdateLocks next = new UpdateLocks(clock, kept);

        assertThat(next.held()).containsExactly("led");
        clock.advance(Duration.ofMinutes(10));
        assertThat(next.held()).isEmpty();
    }

    @Test
    void no_lock_lasts_longer_than_an_hour_whatever_the_file_says() {
        kept.write(Map.of("led", Duration.ofDays(1000)));
        UpdateLocks next = new UpdateLocks(clock, kept);

        clock.advance(Duration.ofHours(1));

        assertThat(next.held()).isEmpty();
    }

    @Test
    void a_renewal_writes_nothing() {
        taken();
        taken();
        locks.take("led", Duration.ofMinutes(20));
        seen(Optional.of(RUNNING));

        assertThat(kept.written).hasSize(2);
    }

    @Test
    void a_module_can_see_that_something_waits_for_it() {
        taken();
        locks.awaited(Set.of("led", "button"));

        assertThat(locks.state("led").awaited()).isTrue();
        assertThat(locks.state("cam").awaited()).isFalse();
    }
}
