package io.edgeagent.board;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.in;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CutOffMarksTest {
    private static final ModuleSpec LED = module("led").spec();
    private static final Optional<Container> UP = Optional.of(running(LED));
    private static final Optional<Container> DOWN = Optional.of(exited(LED, 0));

    private final CutOffMarks marks = new CutOffMarks("boot-1");

    @Test
    void a_module_that_ends_while_we_look_was_not_cut_off() {
        marks.observe("led", UP, "life-1", false);

        assertThat(marks.observe("led", DOWN, "life-1", false)).isFalse();
        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isFalse();
    }

    @Test
    void one_that_was_up_before_a_reboot_and_is_down_after_it_was_cut_off() {
        marks.observe("led", UP, "life-1", false);

        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isTrue();
    }

    @Test
    void one_that_ended_while_only_the_agent_was_down_was_not() {
        marks.observe("led", UP, "life-1", false);

        assertThat(restored("boot-1").observe("led", DOWN, "life-1", false)).isFalse();
    }

    @Test
    void one_that_is_down_in_the_next_life_of_the_engine_was_cut_off() {
        marks.observe("led", UP, "life-1", false);

        assertThat(marks.observe("led", DOWN, "life-2", true)).isTrue();
    }

    @Test
    void so_was_one_when_agent_and_engine_were_restarted_together() {
        marks.observe("led", UP, "life-1", false);

        assertThat(restored("boot-1").observe("led", DOWN, "life-2", false)).isTrue();
    }

    @Test
    void one_that_ended_while_only_the_connection_was_lost_was_not() {
        marks.observe("led", UP, "life-1", false);

        assertThat(marks.observe("led", DOWN, "life-1", true)).isFalse();
    }

    @Test
    void it_stays_cut_off_until_it_is_started_whatever_happens_to_the_agent() {
        marks.observe("led", UP, "life-1", false);
        marks.observe("led", DOWN, "life-2", true);

        assertThat(marks.observe("led", DOWN, "life-2", false)).isTrue();
        CutOffMarks restored = restored("boot-1");
        assertThat(restored.observe("led", DOWN, "life-2", false)).isTrue();
        restored.started("led");
        assertThat(restored.observe("led", DOWN, "life-2", false)).isFalse();
    }

    @Test
    void another_container_of_the_module_is_another_matter() {
        ModuleSpec button = module("button").spec();
        marks.observe("led", Optional.of(running(button)), "life-1", false);

        assertThat(marks.observe("led", DOWN, "life-1", false)).isFalse();
    }

    @Test
    void a_run_that_began_while_the_disk_was_full_counts_as_cut_off_because_nothing_is_known_of_it() {
        marks.observe("led", Optional.of(running(module("button").spec())), "life-1", false);
        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isTrue();

        marks.observe("led", Optional.empty(), "life-1", false);
        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isTrue();

        marks.observe("led", DOWN, "life-1", false);
        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isFalse();
        Optional<Container> later =
                DOWN.map(container -> Containers.startedAt(container, Containers.STARTED.plusSeconds(9)));
        assertThat(restored("boot-2").observe("led", later, "life-2", false)).isTrue();
    }

    @Test
    void one_that_ran_and_of_which_nothing_is_known_counts_as_cut_off() {
        assertThat(marks.observe("led", DOWN, "life-1", false)).isTrue();
        assertThat(marks.observe("led", DOWN, "life-1", false)).isTrue();
    }

    @Test
    void one_that_never_ran_or_that_we_started_was_not_cut_off() {
        assertThat(marks.observe("led", Optional.of(in(LED, Container.State.CREATED)), "life-1", true))
                .isFalse();
        assertThat(marks.observe("led", Optional.empty(), "life-1", true)).isFalse();
        marks.started("button");
        assertThat(marks.observe("button", DOWN, "life-1", false)).isFalse();
    }

    @Test
    void one_that_was_started_and_not_looked_at_was_cut_off_if_engine_or_board_ended_meanwhile() {
        marks.observe("led", Optional.empty(), "life-1", false);
        marks.started("led");

        assertThat(restored("boot-2").observe("led", DOWN, "life-2", false)).isTrue();
        assertThat(restored("boot-1").observe("led", DOWN, "life-2", false)).isTrue();
        assertThat(restored("boot-1").observe("led", DOWN, "life-1", false)).isFalse();
        assertThat(marks.observe("led", DOWN, "life-2", true)).isTrue();
    }

    @Test
    void modules_that_are_gone_are_forgotten() {
        marks.observe("led", UP, "life-1", false);

        marks.retain(Set.of());

        assertThat(marks.of("led")).isEqualTo(CutOffMarks.Mark.NONE);
    }

    @Nested
    class WhereTheEngineDoesNotTellItsLives {
        @Test
        void what_is_down_after_it_was_away_was_cut_off() {
            marks.observe("led", UP, "", false);

            assertThat(marks.observe("led", DOWN, "", true)).isTrue();
        }

        @Test
        void what_ends_while_it_is_there_was_not() {
            marks.observe("led", UP, "", false);

            assertThat(marks.observe("led", DOWN, "", false)).isFalse();
        }
    }

    private CutOffMarks restored(String boot) {
        CutOffMarks next = new CutOffMarks(boot);
        next.restore("led", marks.of("led"));
        return next;
    }
}
