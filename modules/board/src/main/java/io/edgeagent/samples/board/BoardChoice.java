package io.edgeagent.samples.board;

import io.edgeagent.samples.board.BoardConnection.Opener;
import io.edgeagent.samples.board.BoardSettings.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decides once, at the start, between the I2C bus, a GPIO line and a simulated board, and says so. */
record BoardChoice(BoardSettings settings, Path dev, String cpu, EventLog log) {

    /** @param simulated what stands in for the device, made anew for every opening */
    Opener<BusDevice> device(Opener<BusDevice> simulated) {
        Path bus = dev.resolve("i2c-" + settings.bus());
        if (settings.hardware() == Hardware.SIMULATED) {
            return simulated("HARDWARE=simulated", simulated);
        }
        if (settings.hardware() == Hardware.AUTO && !settings.granted() && !Files.exists(bus)) {
            return simulated(bus + " does not exist", simulated);
        }
        if (settings.hardware() == Hardware.AUTO && !LinuxI2cDevice.runsOn(cpu)) {
            return simulated("Pi4J has no native library for this CPU (" + cpu + ")", simulated);
        }
        log.info("board: %s, address 0x%02X".formatted(bus, settings.address()));
        return () -> LinuxI2cDevice.open(settings.bus(), settings.address());
    }

    Opener<ButtonBoard> buttonBoard() {
        boolean gpio =
                settings.hardware() == Hardware.GPIO || (settings.hardware() == Hardware.AUTO && !settings.granted());
        if (gpio && settings.line().isPresent()) {
            LineSettings line = settings.line().get();
            log.info("board: GPIO line " + line);
            return () -> GpioBoard.open(line);
        }
        Opener<BusDevice> device = device(() -> new SimulatedDevice(settings.file()));
        return () -> attached(device.open(), bus -> QwiicButton.on(bus, log));
    }

    /** The driver's first words to a device decide whether it is there; if not, the bus is closed again. */
    static <B> B attached(BusDevice device, BoardConnection.Action<BusDevice, B> driver) throws IOException {
        try {
            return driver.on(device);
        } catch (IOException e) {
            BoardConnection.closeAfter(e, device);
            throw e;
        }
    }

    private Opener<BusDevice> simulated(String reason, Opener<BusDevice> device) {
        log.warn("board: SIMULATED, no hardware is driven: " + reason);
        return device;
    }
}
