package io.edgeagent.board;

import static io.edgeagent.fake.Containers.exited;
import static io.edgeagent.fake.Containers.running;
import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CutOffMarksTest {
    private static final ModuleSpec LED = module("led").spec();
    private static final Optional<Container> UP = Optional.of(running(LED));
    private static final Optional<Container> DOWN = Optional.of(exited(LED, 0));

    private final CutOffMarks marks = new CutOffMarks("boot-1");

    @Test
    void a_module_that_ends_while_we_look_was_not_cut_off() {
        marks.observe("led", UP, false);

        assertThat(marks.observe("led", DOWN, false)).isFalse();
        assertThat(afterReboot().observe("led", DOWN, false)).isFalse();
    }

    @Test
    void one_that_was_up_before_a_reboot_and_is_down_after_it_was_cut_off() {
        marks.observe("led", UP, false);

        assertThat(afterReboot().observe("led", DOWN, false)).isTrue();
    }

    @Test
    void one_that_ended_while_only_the_agent_was_down_was_not() {
        marks.observe("led", UP, false);

        assertThat(restored("boot-1").observe("led", DOWN, false)).isFalse();
    }

    @Test
    void one_that_is_down_when_the_engine_is_back_was_cut_off() {
        marks.observe("led", UP, false);

        assertThat(marks.observe("led", DOWN, true)).isTrue();
    }

    @Test
    void it_stays_cut_off_until_it_is_up_whatever_happens_to_the_agent() {
        marks.observe("led", UP, false);
        marks.observe("led", DOWN, true);

        assertThat(marks.observe("led", DOWN, false)).isTrue();
        CutOffMarks restored = restored("boot-1");
        assertThat(restored.observe("led", DOWN, false)).isTrue();
        restored.observe("led", UP, false);
        assertThat(restored.observe("led", DOWN, false)).isFalse();
    }

    @Test
    void another_container_of_the_module_is_another_matter() {
        ModuleSpec button = module("button").spec();
        marks.observe("led", Optional.of(running(button)), false);

        assertThat(afterReboot().observe("led", DOWN, false)).isFalse();
    }

    @Test
    void what_was_never_seen_up_was_not_cut_off() {
        assertThat(marks.observe("led", DOWN, true)).isFalse();
        assertThat(marks.observe("led", Optional.empty(), true)).isFalse();
    }

    @Test
    void modules_that_are_gone_are_forgotten() {
        marks.observe("led", UP, false);

        marks.retain(Set.of());

        assertThat(marks.container("led")).isEmpty();
        assertThat(marks.boot("led")).isEmpty();
    }

    private CutOffMarks afterReboot() {
        return restored("boot-2");
    }

    private CutOffMarks restored(String boot) {
        CutOffMarks next = new CutOffMarks(boot);
        next.restore(
                "led",
                new ModuleMemory(
                        LED.fingerprint(),
                        Optional.empty(),
                        false,
                        0,
                        Optional.empty(),
                        marks.container("led"),
                        marks.boot("led")));
        return next;
    }
}
