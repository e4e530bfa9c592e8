package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.identity.Device;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Warns({"WARN event=change_of_device_taken_back", "WARN event=other_device"})
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
    void the_hubs_messages_and_identity_are_those_of_the_device() throws IOException {
        owner().take(BOARD);
        Files.createDirectories(folder.resolve("hub/messages"));
        write("hub/messages/1.log", "board's");
        write("edge-hub.json", "board's");

        owner().take(OTHER);
        assertThat(folder.resolve("hub")).doesNotExist();
        assertThat(folder.resolve("edge-hub.json")).doesNotExist();
        Files.createDirectories(folder.resolve("hub/messages"));
        write("hub/messages/2.log", "other's");

        owner().take(BOARD);
        assertThat(read("hub/messages/1.log")).isEqualTo("board's");
        assertThat(folder.resolve("hub/messages/2.log")).doesNotExist();
        owner().forgetFormer();
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void a_change_that_was_cut_off_and_is_not_wanted_any_more_leaves_all_as_it_was(int moved) throws IOException {
        List<String> files = List.of("deployment.json", "identities.json", "modules.json", "agent.json", "device.json");
        owner().take(BOARD);
        for (String name : files.subList(0, 4)) {
            write(name, "board's");
        }
        Files.createDirectory(folder.resolve("former.new"));
        for (String name : files.subList(0, moved)) {
            Files.move(folder.resolve(name), folder.resolve("former.new").resolve(name));
        }

        StateOwner owner = owner();
        owner.take(BOARD);

        assertThat(owner.former()).isEmpty();
        for (String name : files.subList(0, 4)) {
            assertThat(read(name)).as(name).isEqualTo("board's");
        }
        assertThat(folder.resolve("former.new")).doesNotExist();
        assertThat(folder.resolve("former.back")).doesNotExist();
    }

    @Test
    void a_change_back_that_was_cut_off_keeps_both_devices_apart() throws IOException {
        owner().take(OTHER);
        write("deployment.json", "other's");
        owner().take(BOARD);
        write("deployment.json", "board's");
        // on the way back to the other one: the board's files are put aside, one of the other's is here
        Files.createDirectory(folder.resolve("former.new"));
        for (String name : List.of("deployment.json", "device.json")) {
            Files.move(folder.resolve(name), folder.resolve("former.new").resolve(name));
        }
        Files.move(folder.resolve("former/deployment.json"), folder.resolve("deployment.json"));

        StateOwner owner = owner();
        owner.take(BOARD);

        assertThat(read("deployment.json")).isEqualTo("board's");
        assertThat(owner.former()).contains(OTHER);
        assertThat(read("former/deployment.json")).isEqualTo("other's");
    }

    @Test
    void the_device_itself_is_never_a_former_one() throws IOException {
        owner().take(BOARD);
        Files.createDirectory(folder.resolve("former"));
        Files.copy(folder.resolve("device.json"), folder.resolve("former/device.json"));

        StateOwner owner = owner();
        owner.take(BOARD);

        assertThat(owner.former()).isEmpty();
    }

    @Test
    @Warns("ERROR event=device_not_saved")
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
