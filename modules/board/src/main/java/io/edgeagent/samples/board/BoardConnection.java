package io.edgeagent.samples.board;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The board, through unplugged cables and late devices: opened when it is first used, closed on failure and opened
 * again, with pauses of 1, 2, 4, 8 and then 10 seconds between attempts. Every distinct failure and the recovery are
 * logged once. Safe for several threads.
 */
public final class BoardConnection<B extends Closeable> {
    private static final long FIRST_PAUSE = 1_000_000_000L;
    private static final long LONGEST_PAUSE = 10_000_000_000L;

    private final Opener<B> opener;
    private final LongSupplier nanoTime;
    private final FailureLog failures;

    private Optional<B> board = Optional.empty();
    private String lastFailure = "not opened yet";
    private long pause;
    private long pausedAt;

    /** Opens a board or a bus, or says why not. */
    public interface Opener<B> {
        B open() throws IOException;
    }

    /** Something done with the board. */
    public interface Action<B, T> {
        T on(B board) throws IOException;
    }

    /** @param nanoTime a clock that only pauses are measured with */
    public BoardConnection(Opener<B> opener, LongSupplier nanoTime, EventLog log) {
        this.opener = opener;
        this.nanoTime = nanoTime;
        this.failures = new FailureLog(log, "board");
    }

    /** @throws IOException when the board is missing or fails; during a pause, the failure that led to it */
    public synchronized <T> T use(Action<B, T> action) throws IOException {
        B open = board();
        try {
            T result = action.on(open);
            failures.recovered();
            return result;
        } catch (IOException e) {
            board = Optional.empty();
            closeAfter(e, open);
            throw failed(e);
        }
    }

    /** Opens the board if it is closed and no pause is running; failures are only logged. */
    public synchronized void retry() {
        try {
            board();
        } catch (IOException e) {
            // logged already, and the next call tries again
        } catch (RuntimeException e) {
            failures.failed(e.toString());
        }
    }

    private B board() throws IOException {
        if (board.isPresent()) {
            return board.get();
        }
        if (nanoTime.getAsLong() - pausedAt < pause) {
            throw new IOException(lastFailure);
        }
        try {
            B opened = opener.open();
            board = Optional.of(opened);
            pause = 0;
            return opened;
        } catch (IOException e) {
            pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
            pausedAt = nanoTime.getAsLong();
            throw failed(e);
        }
    }

    static void closeAfter(IOException failure, Closeable device) {
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
