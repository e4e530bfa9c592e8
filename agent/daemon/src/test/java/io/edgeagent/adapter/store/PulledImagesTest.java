package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.images.DiskSpace;
import io.edgeagent.model.PulledImage;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulledImagesTest {
    private static final List<PulledImage> IMAGES = List.of(
            new PulledImage("sha256:a", Set.of("acr.io/a:1", "acr.io/a:2"), Optional.empty()),
            new PulledImage("sha256:b", Set.of(), Optional.of(Duration.ofHours(5))));

    @TempDir
    Path folder;

    @Test
    void are_read_back_as_they_were() {
        new FileStore(folder).savePulledImages(IMAGES);

        assertThat(new FileStore(folder).pulledImages()).isEqualTo(IMAGES);
    }

    @Test
    void none_are_known_at_first() {
        assertThat(new FileStore(folder).pulledImages()).isEmpty();
    }

    @Test
    @Warns("ERROR event=state_damaged")
    void a_damaged_list_is_set_aside() throws IOException {
        Files.writeString(folder.resolve("images.json"), "{\"sha256:a\":");

        assertThat(new FileStore(folder).pulledImages()).isEmpty();
        assertThat(folder.resolve("images.json.damaged")).exists();
    }

    @Test
    void what_makes_no_sense_counts_as_needed() throws IOException {
        Files.writeString(
                folder.resolve("images.json"),
                "{\"sha256:a\":{\"names\":\"x\",\"unusedSeconds\":\"long\"},\"sha256:b\":7}");

        assertThat(new FileStore(folder).pulledImages())
                .containsExactly(
                        new PulledImage("sha256:a", Set.of(), Optional.empty()),
                        new PulledImage("sha256:b", Set.of(), Optional.empty()));
    }

    @Test
    void the_room_on_a_disk_is_seen_where_its_folder_is() {
        assertThat(new FileSystemSpace().of(folder.toString()))
                .hasValueSatisfying(room -> assertThat(room.free()).isBetween(1L, room.total()));
        assertThat(new FileSystemSpace().of("/dev/shm").flatMap(DiskSpace.FreeSpace::files))
                .hasValueSatisfying(files -> assertThat(files.free()).isBetween(1L, files.total()));
        assertThat(new FileSystemSpace().of(folder.resolve("not-here").toString()))
                .isEmpty();
    }
}
