package io.edgeagent.samples.board;

import io.edgeagent.samples.board.BoardSettings.Hardware;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decides once, at the start, between the I2C bus and the simulated board, and says so. */
record BoardChoice(BoardSettings settings, Path dev, String cpu, EventLog log) {

    BoardConnection.Opener opener() {
        Path bus = dev.resolve("i2c-" + settings.bus());
        if (settings.hardware() == Hardware.SIMULATED) {
            return simulated("HARDWARE=simulated");
        }
        if (settings.hardware() == Hardware.AUTO && !Files.exists(bus)) {
            return simulated(bus + " does not exist");
        }
        if (settings.hardware() == Hardware.AUTO && !LinuxI2cDevice.runsOn(cpu)) {
            return simulated("Pi4J has no native library for this CPU (" + cpu + ")");
        }
        log.info("board: %s, address 0x%02X".formatted(bus, settings.address()));
        return () -> LinuxI2cDevice.open(settings.bus(), settings.address());
    }

    private BoardConnection.Opener simulated(String reason) {
        log.warn("board: SIMULATED in " + settings.file() + ", no hardware is driven: " + reason);
        return () -> new SimulatedDevice(settings.file());
    }
}
