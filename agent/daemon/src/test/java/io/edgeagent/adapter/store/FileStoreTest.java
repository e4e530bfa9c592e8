package io.edgeagent.adapter.store;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.ModuleMemory;
import io.edgeagent.fake.Manifest;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStoreTest {
    private static final Map<String, ModuleIdentity> IDENTITIES =
            Map.of("led", new ModuleIdentity("led", "637"), "button", new ModuleIdentity("button", "638"));

    @TempDir
    Path parent;

    private Path folder;

    @BeforeEach
    void the_folder_is_not_there_yet() {
        folder = parent.resolve("state");
    }

    @Test
    void a_new_board_has_nothing() {
        assertThat(store().lastGoodDesired()).isEmpty();
        assertThat(store().identities()).isEmpty();
    }

    @Test
    void what_was_saved_is_there_after_a_restart() {
        ObjectNode desired = Manifest.version(7).with(module("led")).json();
        store().saveLastGoodDesired(desired);
        store().saveIdentities(IDENTITIES);

        assertThat(store().lastGoodDesired()).contains(desired);
        assertThat(store().identities()).isEqualTo(IDENTITIES);
    }

    @Test
    void what_is_kept_of_the_modules_is_there_after_a_restart() {
        Map<String, ModuleMemory> memories = Map.of(
                "led",
                new ModuleMemory(
                        "f1",
                        Optional.of(new Problem(ErrorCode.REGISTRY_UNREACHABLE, "no such host")),
                        Optional.of(new Problem(ErrorCode.UPDATE_ROLLED_BACK, "its HEALTHCHECK fails")),
                        true,
                        7,
                        Optional.of(Instant.parse("1970-01-01T00:00:05.123Z")),
                        "container",
                        "boot",
                        "engine"),
                "button",
                new ModuleMemory("f2", Optional.empty(), Optional.empty(), false, 0, Optional.empty(), "", "", ""));

        store().saveMemories(memories);

        assertThat(store().memories()).isEqualTo(memories);
        assertThat(new FileStore(parent.resolve("other")).memories()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1]", "{\"led\":"})
    @Warns("ERROR event=state_damaged")
    void damaged_memories_are_set_aside_and_the_agent_starts_without(String content) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("modules.json"), content);

        assertThat(store().memories()).isEmpty();

        assertThat(folder.resolve("modules.json.damaged")).hasContent(content);
        store().saveMemories(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"led\":null}",
                "{\"led\":7}",
                "{\"led\":{}}",
                "{\"led\":{\"fingerprint\":[],\"rejection\":3,\"halted\":\"x\",\"restarts\":-4,\"lastRestart\":\"noon\"}}"
            })
    void what_cannot_be_read_of_a_module_counts_as_never_happened(String content) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("modules.json"), content);

        assertThat(store().memories().get("led")).satisfies(memory -> {
            assertThat(memory.rejection()).isEmpty();
            assertThat(memory.halted()).isFalse();
            assertThat(memory.restarts()).isZero();
            assertThat(memory.lastRestart()).isEmpty();
            assertThat(memory.upContainer()).isEmpty();
        });
    }

    @Test
    void the_last_save_counts() {
        store().saveLastGoodDesired(Manifest.version(1)
                .with(module("led"), module("button"))
                .json());
        store().saveLastGoodDesired(Manifest.version(2).json());

        assertThat(store().lastGoodDesired()).contains(Manifest.version(2).json());
    }

    @Test
    void only_the_owner_reads_its_files() throws IOException {
        store().saveLastGoodDesired(Manifest.version(1).json());
        store().saveIdentities(IDENTITIES);

        List<Path> files = files();

        assertThat(files)
                .extracting(file -> folder.relativize(file).toString())
                .containsExactlyInAnyOrder("deployment.json", "identities.json", "keys/master.key");
        for (Path file : files) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void the_mode_is_right_even_over_a_file_that_anybody_could_read() throws IOException {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("deployment.json"), "{}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        store().saveLastGoodDesired(Manifest.version(1).json());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void the_master_key_stays_the_same() {
        SharedKey key = store().masterKey();

        assertThat(store().masterKey()).isEqualTo(key);
        assertThat(key.toBase64()).hasSize(44);
        assertThat(new FileStore(parent.resolve("other")).masterKey()).isNotEqualTo(key);
    }

    @Test
    void identities_whose_keys_came_from_a_lost_master_key_are_forgotten() throws IOException {
        store().saveIdentities(IDENTITIES);

        Files.delete(folder.resolve("keys").resolve("master.key"));

        assertThat(store().identities()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1]", "null", "\u0000\u0000\u0000\u0000", "{\"a\":1} trailing"})
    void a_damaged_file_is_set_aside_and_named(String content) throws IOException {
        store().saveLastGoodDesired(Manifest.version(1).json());
        Path file = folder.resolve("deployment.json");
        Files.writeString(file, content);

        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            assertThat(store().lastGoodDesired()).isEmpty();
            assertThat(log.lines()).singleElement().asString().contains("state_damaged", file.toString());
        }

        assertThat(file).doesNotExist();
        assertThat(folder.resolve("deployment.json.damaged")).hasContent(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64!", "AAAA", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA=="})
    void a_damaged_master_key_is_refused_with_what_to_do_and_never_replaced(String content) throws IOException {
        store().saveIdentities(IDENTITIES);
        Path file = folder.resolve("keys").resolve("master.key");
        Files.writeString(file, content);

        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> store().masterKey())
                    .withMessageContainingAll(file.toString(), "put it back from a backup")
                    .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.STATE_DAMAGED));
            assertThat(store().identities()).as("modules run all the same").isEqualTo(IDENTITIES);
            assertThat(log.lines()).singleElement().asString().contains("master_key_unusable", "put it back");
        }
        assertThat(file).hasContent(content);
    }

    @Test
    void what_cannot_be_read_just_now_is_not_damaged() throws IOException {
        store().saveLastGoodDesired(Manifest.version(1).json());
        Path file = folder.resolve("deployment.json");
        // the first page of memory: reading it ends in EIO, for root, too
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));

        try (LoggedLines log = LoggedLines.of("io.edgeagent")) {
            assertThat(store().lastGoodDesired()).isEmpty();
            assertThat(log.lines()).singleElement().asString().contains("state_not_read", file.toString());
        }

        assertThat(file).isSymbolicLink();
        assertThat(folder.resolve("deployment.json.damaged")).doesNotExist();
    }

    @Test
    @Warns("ERROR event=state_damaged")
    void a_file_too_large_to_be_ours_is_set_aside() throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("deployment.json"), new byte[5 << 20]);

        assertThat(store().lastGoodDesired()).isEmpty();
        assertThat(folder.resolve("deployment.json.damaged")).exists();
    }

    @Test
    void a_master_key_that_cannot_be_read_is_not_replaced() throws IOException {
        Path file = folder.resolve("keys").resolve("master.key");
        // a folder in its place, which even root cannot read
        Files.createDirectories(file.resolve("inside"));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> store().masterKey())
                .withMessageContainingAll(file.toString(), "is a folder", "put it back from a backup")
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.STATE_DAMAGED));
        assertThat(file).isDirectory();
    }

    @Test
    void a_write_that_was_cut_off_left_the_old_content_and_is_no_hindrance() throws IOException {
        ObjectNode old = Manifest.version(1).json();
        store().saveLastGoodDesired(old);
        // kill -9 between the write of the temporary file and the rename
        Files.writeString(folder.resolve("deployment.json.new"), "{\"half\":");

        assertThat(store().lastGoodDesired()).contains(old);
        store().saveLastGoodDesired(Manifest.version(2).json());

        assertThat(store().lastGoodDesired()).contains(Manifest.version(2).json());
        assertThat(folder.resolve("deployment.json.new")).doesNotExist();
    }

    @Test
    void a_write_that_fails_says_so_and_leaves_the_old_content() throws IOException {
        ObjectNode old = Manifest.version(1).json();
        store().saveLastGoodDesired(old);
        // a folder that is not empty takes the temporary file's place
        Files.createDirectories(folder.resolve("deployment.json.new").resolve("x"));

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(
                        () -> store().saveLastGoodDesired(Manifest.version(2).json()))
                .withMessageContaining("deployment.json")
                .withMessageContaining("the old content stays");
        assertThat(store().lastGoodDesired()).contains(old);
    }

    @Test
    void keys_are_not_in_the_files_of_the_state() throws IOException {
        FileStore store = store();
        store.saveIdentities(IDENTITIES);

        assertThat(Files.readString(folder.resolve("identities.json")))
                .doesNotContain(store.masterKey().toBase64());
        assertThat(store.masterKey().toString()).isEqualTo("***");
    }

    private FileStore store() {
        return new FileStore(folder);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
