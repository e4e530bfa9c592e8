package io.edgeagent.samples.board;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The board, through unplugged cables and late devices: opened when it is first used, closed on failure and opened
 * again, with pauses of 1, 2, 4, 8 and then 10 seconds between attempts. Every distinct failure and the recovery are
 * logged once. Safe for several threads.
 */
public final class BoardConnection {
    private static final long FIRST_PAUSE = 1_000_000_000L;
    private static final long LONGEST_PAUSE = 10_000_000_000L;

    private final Opener opener;
    private final LongSupplier nanoTime;
    private final EventLog log;
    private final FailureLog failures;

    private Optional<BusDevice> device = Optional.empty();
    private String lastFailure = "not opened yet";
    private long pause;
    private long pausedAt;

    /** Opens the device, or says why not. */
    interface Opener {
        BusDevice open() throws IOException;
    }

    /** Something done with the board. */
    public interface Action<T> {
        T on(QwiicButton board) throws IOException;
    }

    BoardConnection(Opener opener, LongSupplier nanoTime, EventLog log) {
        this.opener = opener;
        this.nanoTime = nanoTime;
        this.log = log;
        this.failures = new FailureLog(log, "board");
    }

    /** Chooses the board; touches nothing before the first use. */
    public static BoardConnection to(BoardSettings settings, EventLog log) {
        var choice = new BoardChoice(settings, Path.of("/dev"), System.getProperty("os.arch"), log);
        return new BoardConnection(choice.opener(), System::nanoTime, log);
    }

    /** @throws IOException when the board is missing or fails; during a pause, the failure that led to it */
    public synchronized <T> T use(Action<T> action) throws IOException {
        BusDevice open = device();
        try {
            T result = action.on(new QwiicButton(open));
            failures.recovered();
            return result;
        } catch (IOException e) {
            device = Optional.empty();
            closeAfter(e, open);
            throw failed(e);
        }
    }

    /** Opens the board if it is closed and no pause is running; failures are only logged. */
    public synchronized void retry() {
        try {
            device();
        } catch (IOException e) {
            // logged already, and the next call tries again
        } catch (RuntimeException e) {
            failures.failed(e.toString());
        }
    }

    private BusDevice device() throws IOException {
        if (device.isPresent()) {
            return device.get();
        }
        if (nanoTime.getAsLong() - pausedAt < pause) {
            throw new IOException(lastFailure);
        }
        try {
            BusDevice opened = opened();
            device = Optional.of(opened);
            pause = 0;
            return opened;
        } catch (IOException e) {
            pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
            pausedAt = nanoTime.getAsLong();
            throw failed(e);
        }
    }

    /** An I2C bus opens without any device on it, so the board has to answer once. */
    private BusDevice opened() throws IOException {
        BusDevice opened = opener.open();
        try {
            int id = new QwiicButton(opened).id();
            if (id != QwiicButton.DEVICE_ID) {
                log.warn("board: ID register is 0x%02X, a Qwiic button has 0x5D; going on".formatted(id));
            }
            return opened;
        } catch (IOException e) {
            closeAfter(e, opened);
            throw e;
        }
    }

    private static void closeAfter(IOException failure, BusDevice device) {
        try {
            device.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private IOException failed(IOException e) {
        lastFailure = String.valueOf(e.getMessage());
        failures.failed(lastFailure);
        return e;
    }
}
