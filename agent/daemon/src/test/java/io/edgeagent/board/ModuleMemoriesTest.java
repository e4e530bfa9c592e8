package io.edgeagent.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.testing.LoggedLines;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModuleMemoriesTest {
    private final MemoryStore store = new MemoryStore();
    private final FakeClock clock = new FakeClock();
    private final ModuleMemories memories = new ModuleMemories(store, Runnable::run, clock);

    @Test
    void are_written_when_they_changed_and_only_then() {
        memories.keep(restarts(1));
        memories.keep(restarts(1));
        memories.keep(restarts(2));

        assertThat(store.memoryWrites()).isEqualTo(2);
        assertThat(store.memories()).isEqualTo(restarts(2));
    }

    @Test
    void that_are_on_the_disk_already_are_not_written_after_a_restart() {
        memories.keep(restarts(1));
        ModuleMemories next = new ModuleMemories(store, Runnable::run, clock);

        assertThat(next.restore()).isEqualTo(restarts(1));
        next.keep(restarts(1));

        assertThat(store.memoryWrites()).isEqualTo(1);
    }

    @Test
    void that_could_not_be_written_are_written_later_and_that_is_said_once() {
        store.fill();
        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            memories.keep(restarts(1));
            memories.keep(restarts(1));
            assertThat(log.lines()).singleElement().asString().contains("not_saved", "remembered of modules");
            assertThat(memories.saved().failure()).isPresent();
        }

        store.empty();
        memories.saved().writeIfDue();
        assertThat(store.memories()).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        memories.saved().writeIfDue();

        assertThat(memories.saved().failure()).isEmpty();
        assertThat(store.memories()).isEqualTo(restarts(1));
    }

    private static Map<String, ModuleMemory> restarts(int restarts) {
        return Map.of(
                "led",
                new ModuleMemory(
                        "f", Optional.empty(), Optional.empty(), false, restarts, Optional.empty(), "c", "b", "e"));
    }
}
