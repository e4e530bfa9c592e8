package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateReaderTest {
    @TempDir
    private Path folder;

    @Test
    void lists_all_files_with_their_size_and_never_changes_one() throws IOException {
        Files.createDirectories(folder.resolve("keys"));
        Files.writeString(folder.resolve("keys/master.key"), "secret");
        Files.writeString(folder.resolve("deployment.json"), "{ broken");

        StateReader reader = new StateReader(folder);

        assertThat(reader.files()).extracting(StateFile::name).containsExactly("deployment.json", "keys/master.key");
        assertThat(reader.files()).extracting(StateFile::bytes).containsExactly(8L, 6L);
        assertThat(reader.deployment()).isEmpty();
        assertThat(folder.resolve("deployment.json")).exists();
    }

    @Test
    void reads_the_deployment() throws IOException {
        Files.writeString(folder.resolve("deployment.json"), "{\"$version\":7}");

        assertThat(new StateReader(folder).deployment())
                .hasValueSatisfying(
                        json -> assertThat(json.path("$version").asInt()).isEqualTo(7));
    }

    @Test
    void a_folder_that_is_not_there_yet_is_empty() {
        StateReader reader = new StateReader(folder.resolve("later"));

        assertThat(reader.files()).isEmpty();
        assertThat(reader.deployment()).isEmpty();
    }
}
