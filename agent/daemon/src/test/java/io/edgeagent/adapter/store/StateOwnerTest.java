package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.LoggedLines;
import io.edgeagent.identity.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateOwnerTest {
    private static final Device BOARD = new Device("hub.example.net", "board");
    private static final Device OTHER = new Device("hub.example.net", "other");

    @TempDir
    Path folder;

    private StateOwner owner() {
        return new StateOwner(folder);
    }

    @Test
    void a_folder_from_before_belongs_to_the_device_that_comes_first() throws IOException {
        write("deployment.json", "old");

        owner().take(BOARD);
        owner().take(new Device("HUB.example.net", "board"));

        assertThat(read("deployment.json")).isEqualTo("old");
        assertThat(owner().former()).isEmpty();
    }

    @Test
    void another_device_finds_nothing_of_the_one_before_but_its_name() throws IOException {
        owner().take(BOARD);
        write("deployment.json", "board's");
        write("identities.json", "board's");
        write("images.json", "the engine's");

        try (LoggedLines lines = LoggedLines.of(StateOwner.class.getName())) {
            owner().take(OTHER);
            assertThat(lines.lines()).singleElement().asString().contains("event=other_device", "board on", "other on");
        }

        assertThat(folder.resolve("deployment.json")).doesNotExist();
        assertThat(folder.resolve("identities.json")).doesNotExist();
        assertThat(read("images.json")).isEqualTo("the engine's");
        assertThat(owner().former()).contains(BOARD);

        owner().forgetFormer();
        assertThat(owner().former()).isEmpty();
        assertThat(folder.resolve("former")).doesNotExist();
    }

    @Test
    void a_slip_in_the_settings_costs_nothing_when_it_is_put_right() throws IOException {
        owner().take(BOARD);
        write("deployment.json", "board's");
        owner().take(OTHER);
        write("identities.json", "other's");

        owner().take(BOARD);

        assertThat(read("deployment.json")).isEqualTo("board's");
        assertThat(folder.resolve("identities.json")).doesNotExist();
        assertThat(owner().former()).contains(OTHER);
        assertThat(folder.resolve("former.new")).doesNotExist();
    }

    @Test
    void a_third_device_drops_the_first() throws IOException {
        owner().take(BOARD);
        write("deployment.json", "board's");
        owner().take(OTHER);
        owner().take(new Device("hub.example.net", "third"));

        assertThat(owner().former()).contains(OTHER);
        assertThat(folder.resolve("former/deployment.json")).doesNotExist();
    }

    @Test
    void a_cut_between_two_files_is_made_up_for() throws IOException {
        owner().take(BOARD);
        write("deployment.json", "board's");
        write("identities.json", "board's");
        // as if the power had gone after the first file
        Files.createDirectory(folder.resolve("former.new"));
        Files.move(folder.resolve("deployment.json"), folder.resolve("former.new/deployment.json"));

        owner().take(OTHER);
        assertThat(folder.resolve("identities.json")).doesNotExist();
        owner().take(BOARD);

        assertThat(read("deployment.json")).isEqualTo("board's");
        assertThat(read("identities.json")).isEqualTo("board's");
    }

    @Test
    void a_disk_that_is_full_is_no_reason_not_to_start() throws IOException {
        Files.createDirectory(folder.resolve("device.json.new"));
        write("device.json.new/in-the-way", "x");

        owner().take(BOARD);

        assertThat(folder.resolve("device.json")).doesNotExist();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
