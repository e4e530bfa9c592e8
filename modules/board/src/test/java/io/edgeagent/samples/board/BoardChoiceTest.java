package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.edgeagent.samples.board.BoardSettings.Hardware;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoardChoiceTest {
    @TempDir
    Path directory;

    private final CapturedLog captured = new CapturedLog();

    @Test
    void auto_without_a_bus_is_simulated_and_says_so() throws Exception {
        assertThat(choose(Hardware.AUTO, "aarch64").open()).isInstanceOf(SimulatedDevice.class);
        assertThat(captured.lines())
                .singleElement()
                .asString()
                .contains("WARN", "SIMULATED", directory.resolve("i2c-1") + " does not exist");
    }

    @Test
    void auto_on_a_cpu_without_natives_is_simulated_and_says_so() throws Exception {
        Files.createFile(directory.resolve("i2c-1"));

        assertThat(choose(Hardware.AUTO, "amd64").open()).isInstanceOf(SimulatedDevice.class);
        assertThat(captured.lines()).singleElement().asString().contains("SIMULATED", "(amd64)");
    }

    @Test
    void a_bus_that_the_agent_granted_is_never_simulated_when_it_is_missing() {
        choose(Hardware.AUTO, true, "aarch64");

        assertThat(captured.lines()).singleElement().asString().contains("INFO", "i2c-1, address 0x6F");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arm", "aarch64"})
    void auto_with_a_bus_is_the_bus(String cpu) throws Exception {
        Files.createFile(directory.resolve("i2c-1"));

        choose(Hardware.AUTO, cpu);

        assertThat(captured.lines()).singleElement().asString().contains("i2c-1, address 0x6F");
    }

    @Test
    void simulated_ignores_a_bus() throws Exception {
        Files.createFile(directory.resolve("i2c-1"));

        assertThat(choose(Hardware.SIMULATED, "aarch64").open()).isInstanceOf(SimulatedDevice.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
    void i2c_never_turns_into_a_simulation() {
        assertThatIOException()
                .isThrownBy(() -> choose(Hardware.I2C, "amd64").open())
                .withMessage("I2C bus 1, address 0x6F: Pi4J has no native library for this CPU (amd64)");
    }

    private BoardConnection.Opener<BusDevice> choose(Hardware hardware, String cpu) {
        return choose(hardware, false, cpu);
    }

    private BoardConnection.Opener<BusDevice> choose(Hardware hardware, boolean granted, String cpu) {
        Path file = directory.resolve("qwiic.bin");
        var settings = new BoardSettings(hardware, 1, granted, 0x6F, Optional.empty(), file);
        return new BoardChoice(settings, directory, cpu, captured.log).device(() -> new SimulatedDevice(file));
    }
}
