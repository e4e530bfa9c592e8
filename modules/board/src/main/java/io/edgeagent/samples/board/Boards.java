package io.edgeagent.samples.board;

import io.edgeagent.samples.board.BoardConnection.Action;
import io.edgeagent.samples.board.BoardConnection.Opener;
import java.io.Closeable;
import java.nio.file.Path;

/** Where modules get their boards. The kind is chosen and logged here; nothing is touched before the first use. */
public final class Boards {
    private Boards() {}

    /** A button and an LED: on I2C, on a GPIO line, or simulated in a file. */
    public static BoardConnection<ButtonBoard> button(BoardSettings settings, EventLog log) {
        return new BoardConnection<>(choice(settings, log).buttonBoard(), System::nanoTime, log);
    }

    /**
     * Any device on the I2C bus.
     *
     * @param simulated what answers in its place where there is no bus
     * @param driver given the device whenever it was opened; fails if the device is not there
     */
    public static <B extends Closeable> BoardConnection<B> i2c(
            BoardSettings settings, EventLog log, Opener<BusDevice> simulated, Action<BusDevice, B> driver) {
        Opener<BusDevice> device = choice(settings, log).device(simulated);
        return new BoardConnection<>(() -> BoardChoice.attached(device.open(), driver), System::nanoTime, log);
    }

    private static BoardChoice choice(BoardSettings settings, EventLog log) {
        return new BoardChoice(settings, Path.of("/dev"), System.getProperty("os.arch"), log);
    }
}
