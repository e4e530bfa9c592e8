package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedDeviceTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name_the_file() {
        file = directory.resolve("board/qwiic.bin");
    }

    @Test
    void a_new_board_has_256_registers_and_the_id_of_a_qwiic_button() throws Exception {
        var device = new SimulatedDevice(file);

        assertThat(Files.size(file)).isEqualTo(256);
        assertThat(device.readByte(0x00)).isEqualTo(0x5D);
        assertThat(new QwiicButton(device).isPressed()).isFalse();
    }

    @Test
    void words_are_little_endian() throws Exception {
        new SimulatedDevice(file).writeWord(0x1B, 0x1234);

        assertThat(Files.readAllBytes(file)).startsWith(0x5D).containsSequence(0x34, 0x12);
        assertThat(Files.readAllBytes(file)[0x1B]).isEqualTo((byte) 0x34);
    }

    @Test
    void registers_hold_unsigned_bytes() throws Exception {
        var device = new SimulatedDevice(file);
        device.writeByte(0x19, 255);

        assertThat(device.readByte(0x19)).isEqualTo(255);
    }

    @Test
    void opening_an_existing_board_keeps_its_registers() throws Exception {
        new SimulatedDevice(file).writeByte(0x19, 255);

        assertThat(new SimulatedDevice(file).readByte(0x19)).isEqualTo(255);
    }

    @Test
    void a_press_written_by_dd_before_the_first_start_counts() throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {0, 0, 0, 4});

        var device = new SimulatedDevice(file);

        assertThat(new QwiicButton(device).isPressed()).isTrue();
        assertThat(device.readByte(0x00)).isEqualTo(0x5D);
    }

    @Test
    void a_board_file_that_is_deleted_comes_back() throws Exception {
        var device = new SimulatedDevice(file);
        Files.delete(file);

        assertThat(device.readByte(0x00)).isEqualTo(0x5D);
    }

    @Test
    void a_lost_directory_is_named() throws Exception {
        var device = new SimulatedDevice(file);
        Files.delete(file);
        Files.delete(file.getParent());

        assertThatIOException().isThrownBy(() -> device.readByte(0)).withMessageContaining(file.toString());
    }

    @Test
    void opening_at_the_same_time_loses_no_press() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                Path shared = directory.resolve("round-" + round);
                var start = new CyclicBarrier(4);
                List<Future<?>> done = new ArrayList<>();
                for (int register = 1; register <= 4; register++) {
                    int own = register;
                    done.add(threads.submit(() -> {
                        start.await();
                        new SimulatedDevice(shared).writeByte(own, own);
                        return own;
                    }));
                }
                for (Future<?> one : done) {
                    one.get();
                }
                assertThat(Files.readAllBytes(shared)).hasSize(256).startsWith(0x5D, 1, 2, 3, 4);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void two_processes_share_the_register_file() throws Exception {
        var button = new QwiicButton(new SimulatedDevice(file));

        assertThat(tool("press")).isEqualTo("button pressed, LED off (brightness 0)");
        assertThat(button.isPressed()).isTrue();

        button.light(true);
        assertThat(tool("release")).isEqualTo("button released, LED on (brightness 255)");
        assertThat(button.isPressed()).isFalse();
    }

    private String tool(String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BoardTool.class.getName(),
                        command,
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
