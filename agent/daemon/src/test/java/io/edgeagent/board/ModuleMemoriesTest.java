package io.edgeagent.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.LoggedLines;
import io.edgeagent.fake.MemoryStore;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModuleMemoriesTest {
    private final MemoryStore store = new MemoryStore();
    private final ModuleMemories memories = new ModuleMemories(store);

    @Test
    void are_written_when_they_changed_and_only_then() {
        memories.save(restarts(1));
        memories.save(restarts(1));
        memories.save(restarts(2));

        assertThat(store.memoryWrites()).isEqualTo(2);
        assertThat(store.memories()).isEqualTo(restarts(2));
    }

    @Test
    void that_are_on_the_disk_already_are_not_written_after_a_restart() {
        memories.save(restarts(1));
        ModuleMemories next = new ModuleMemories(store);

        assertThat(next.restore()).isEqualTo(restarts(1));
        next.save(restarts(1));

        assertThat(store.memoryWrites()).isEqualTo(1);
    }

    @Test
    void that_could_not_be_written_are_written_later_and_that_is_said_once() {
        store.fill();
        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            memories.save(restarts(1));
            memories.save(restarts(1));
            assertThat(log.lines()).singleElement().asString().contains("memories_not_saved");
        }

        store.empty();
        memories.save(restarts(1));

        assertThat(store.memories()).isEqualTo(restarts(1));
    }

    private static Map<String, ModuleMemory> restarts(int restarts) {
        return Map.of(
                "led",
                new ModuleMemory(
                        "f", Optional.empty(), Optional.empty(), false, restarts, Optional.empty(), "c", "b", "e"));
    }
}
