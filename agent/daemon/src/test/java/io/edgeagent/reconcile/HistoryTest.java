package io.edgeagent.reconcile;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
    private static final long NOW = -Duration.ofDays(3).toNanos();
    private static final ModuleSpec LED = Manifest.module("led").spec();
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Step START = new Step.Start("led", false);
    private static final Problem PROBLEM = new Problem(ErrorCode.PORT_TAKEN, "port 80");

    @Test
    void counts_restarts_and_remembers_the_last() {
        History history = fresh().withRestart(NOON).withRestart(NOON.plusSeconds(20));

        assertThat(history.restarts()).isEqualTo(2);
        assertThat(history.lastRestart()).contains(NOON.plusSeconds(20));
    }

    @Test
    void forgets_restarts_when_the_module_ran_well_for_ten_minutes() {
        History up = fresh().withRestart(NOON).observed(Optional.of(running(LED)), false, NOW, 0);

        assertThat(up.observed(Optional.of(running(LED)), false, NOW + minutes(10) - 1, 0)
                        .restarts())
                .isEqualTo(1);
        assertThat(up.observed(Optional.of(running(LED)), false, NOW + minutes(10), 0)
                        .restarts())
                .isZero();
        assertThat(up.observed(Optional.of(running(LED)), false, NOW + minutes(10), 0)
                        .lastRestart())
                .isEmpty();
    }

    @Test
    void does_not_call_a_module_well_that_is_unhealthy() {
        Optional<Container> unhealthy = Optional.of(running(LED, Container.Health.UNHEALTHY));

        History up = fresh().withRestart(NOON).observed(unhealthy, false, NOW, 0);

        assertThat(up.observed(unhealthy, false, NOW + minutes(60), 0).restarts())
                .isEqualTo(1);
    }

    @Test
    void measures_the_time_that_a_module_ran_anew_after_each_restart() {
        History twice = fresh().observed(Optional.of(running(LED)), false, NOW, 0)
                .withRestart(NOON)
                .observed(Optional.of(running(LED)), false, NOW + minutes(9), 0);

        assertThat(twice.observed(Optional.of(running(LED)), false, NOW + minutes(11), 0)
                        .restarts())
                .isEqualTo(1);
    }

    @Test
    void counts_the_wait_from_when_the_module_was_first_seen_down() {
        History down = fresh().observed(Optional.of(exited(LED, 1)), false, NOW, 0);

        assertThat(down.observed(Optional.of(exited(LED, 1)), false, NOW + minutes(1), 0)
                        .run()
                        .restartAt())
                .contains(NOW + Duration.ofSeconds(10).toNanos());
        assertThat(down.withRestart(NOON)
                        .observed(Optional.of(exited(LED, 1)), false, NOW + minutes(1), 0)
                        .run()
                        .restartAt())
                .contains(NOW + minutes(1) + Duration.ofSeconds(20).toNanos());
    }

    @Test
    void failures_wait_longer_each_time_and_one_success_clears_them() {
        History once = fresh().withFailure(START, PROBLEM, NOW, 0);
        History twice = once.withFailure(START, PROBLEM, once.retryAt(), 0);

        assertThat(once.retryAt() - NOW).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(twice.retryAt() - once.retryAt())
                .isEqualTo(Duration.ofSeconds(10).toNanos());
        assertThat(twice.failure()).contains(PROBLEM);
        assertThat(twice.failures().count()).isEqualTo(2);
        assertThat(twice.withSuccess(START, NOW)).satisfies(well -> {
            assertThat(well.failure()).isEmpty();
            assertThat(well.failures().count()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 1000})
    void a_failure_keeps_what_else_is_known(int failures) {
        History history = fresh().withPulled(true).withRestart(NOON).withHalted(true);
        for (int i = 0; i < failures; i++) {
            history = history.withFailure(START, PROBLEM, NOW, 0.5);
        }

        assertThat(history.pulled()).isTrue();
        assertThat(history.halted()).isTrue();
        assertThat(history.restarts()).isEqualTo(1);
        assertThat(history.withPulled(false).pulled()).isFalse();
        assertThat(history.withPulled(false).failures().count()).isEqualTo(failures);
    }

    @Test
    void a_halt_lasts_until_somebody_says_otherwise_or_the_module_was_restarted() {
        History halted = fresh().withHalted(true);

        // it is noted before the stop begins, and the container is still up for a while
        assertThat(halted.observed(Optional.of(running(LED)), false, NOW, 0).halted())
                .isTrue();
        assertThat(halted.observed(Optional.of(exited(LED, 143)), false, NOW, 0).halted())
                .isTrue();
        assertThat(halted.withSuccess(START, NOW).halted()).isTrue();
        assertThat(halted.withHalted(false).halted()).isFalse();
        assertThat(halted.withRestart(NOON).halted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 10000", "0.5, 9500", "1, 9000"})
    void a_fleet_does_not_restart_in_step(double random, long millis) {
        History down = fresh().observed(Optional.of(exited(LED, 1)), false, NOW, random);

        assertThat(down.run().restartAt())
                .contains(NOW + Duration.ofMillis(millis).toNanos());
    }

    @Test
    void a_run_that_was_cut_off_stays_so_until_the_module_is_up() {
        History cutOff = fresh().observed(Optional.of(exited(LED, 0)), true, NOW, 0);

        assertThat(cutOff.run().interrupted()).isTrue();
        assertThat(cutOff.observed(Optional.of(exited(LED, 0)), false, NOW, 0)
                        .run()
                        .interrupted())
                .isTrue();
        assertThat(cutOff.observed(Optional.of(running(LED)), false, NOW, 0)
                        .run()
                        .interrupted())
                .isFalse();
    }

    @Test
    void one_who_asks_for_a_restart_clears_counts_and_waits_but_not_a_rejection() {
        History troubled = fresh().withRejection(PROBLEM)
                .withRestart(NOON)
                .withRestart(NOON)
                .withFailure(START, PROBLEM, NOW, 0)
                .observed(Optional.of(exited(LED, 1)), false, NOW, 0);

        History forgiven = troubled.forgiven(NOW + 5);

        assertThat(forgiven.restarts()).isZero();
        assertThat(forgiven.failures().count()).isZero();
        assertThat(forgiven.run().restartAt()).contains(NOW + 5);
        assertThat(forgiven.rejection()).contains(PROBLEM);
    }

    @Test
    void after_a_restart_of_the_agent_counts_go_on_and_waits_begin_anew() {
        History restored = History.restored(
                LED.fingerprint(), Optional.empty(), Optional.of(PROBLEM), true, 3, Optional.of(NOON), NOW);

        assertThat(restored.restarts()).isEqualTo(3);
        assertThat(restored.lastRestart()).contains(NOON);
        assertThat(restored.halted()).isTrue();
        assertThat(restored.rejection()).contains(PROBLEM);
        assertThat(restored.observed(Optional.of(exited(LED, 1)), false, NOW, 0)
                        .run()
                        .restartAt())
                .contains(NOW + Duration.ofSeconds(80).toNanos());
    }

    private static History fresh() {
        return History.fresh(LED.fingerprint(), NOW);
    }

    private static long minutes(int minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }
}
