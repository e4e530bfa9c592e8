package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardToolTest {
    @TempDir
    Path directory;

    @Test
    void press_sets_the_pressed_bit_and_release_clears_it() throws Exception {
        Path file = directory.resolve("qwiic.bin");

        assertThat(BoardTool.run(List.of("press"), file)).startsWith("button pressed");
        assertThat(Files.readAllBytes(file)[3]).isEqualTo((byte) 4);
        assertThat(BoardTool.run(List.of("release"), file)).startsWith("button released");
        assertThat(Files.readAllBytes(file)[3]).isZero();
    }

    @Test
    void an_unknown_command_explains_the_usage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoardTool.run(List.of("push"), directory.resolve("f")))
                .withMessageStartingWith("usage:");
    }
}
