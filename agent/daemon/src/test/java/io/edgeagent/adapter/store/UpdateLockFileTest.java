package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateLockFileTest {
    @TempDir
    private Path folder;

    private UpdateLockFile file() {
        return new UpdateLockFile(folder.resolve("admin.sock"));
    }

    @Test
    void the_next_agent_reads_what_this_one_wrote() {
        Map<String, Duration> locks = Map.of("led", Duration.ofMinutes(10), "button", Duration.ofSeconds(1));

        file().write(locks);
        assertThat(file().read()).isEqualTo(locks);

        file().write(Map.of());
        assertThat(file().read()).isEmpty();
    }

    @Test
    void without_a_file_nobody_holds_a_lock() {
        assertThat(file().read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "7"})
    void what_is_no_list_of_locks_is_none(String text) throws IOException {
        Files.writeString(folder.resolve("update-locks.json"), text);

        assertThat(file().read()).isEmpty();
    }

    @Test
    @Warns("WARN event=update_locks_not_read")
    void what_is_not_valid_json_is_said_and_forgotten() throws IOException {
        Files.writeString(folder.resolve("update-locks.json"), "{\"led\":6");

        assertThat(file().read()).isEmpty();
    }

    @Test
    void without_its_folder_nothing_is_kept_and_nothing_fails() {
        UpdateLockFile nowhere = new UpdateLockFile(folder.resolve("missing/admin.sock"));

        nowhere.write(Map.of("led", Duration.ofMinutes(10)));

        assertThat(nowhere.read()).isEmpty();
    }
}
