package io.edgeagent.adapter.hubnet;

import java.time.Duration;

/**
 * Stops the reading of one connection while too many of its messages are not on the disk, or while its client does not fetch what was
 * sent to it. For the loop's thread.
 */
public final class Backpressure {
    /** Bytes that a client may leave unfetched before it is not read, and gets nothing more. */
    public static final int MOST_UNSENT = 256 * 1024;

    private static final int MOST_UNTAKEN = 64;
    private static final Duration UNSENT_AGAIN = Duration.ofMillis(50);

    private final EventLoop loop;
    private Wire wire;
    private int untaken;
    private boolean paused;
    private boolean looking;
    private boolean held;

    public Backpressure(EventLoop loop) {
        this.loop = loop;
    }

    /** The connection is open. */
    public void begin(Wire opened) {
        wire = opened;
    }

    /** Reads nothing, whatever comes, until {@link #release}. */
    public void hold() {
        held = true;
    }

    public void release() {
        held = false;
        goOn();
    }

    /** A message is on its way to the disk. {@link #taken} follows. */
    public void take() {
        untaken++;
    }

    /** So many messages are on the disk, or will never be. */
    public void taken(int messages) {
        untaken -= messages;
        goOn();
    }

    /** Whether the client does not fetch what was sent to it. */
    public boolean isBlocked() {
        return wire.unsent() > MOST_UNSENT;
    }

    /** Whether to leave what has come where it is; then it is not read until there is room. */
    public boolean isBusy() {
        boolean busy = held || untaken >= MOST_UNTAKEN || isBlocked();
        if (busy && !paused) {
            paused = true;
            wire.pauseReading();
            lookLater();
        }
        return busy;
    }

    private void lookLater() {
        if (!looking) {
            looking = true;
            loop.schedule(UNSENT_AGAIN, () -> {
                looking = false;
                goOn();
                if (paused) {
                    lookLater();
                }
            });
        }
    }

    private void goOn() {
        if (paused && !held && untaken < MOST_UNTAKEN && !isBlocked()) {
            paused = false;
            wire.resumeReading();
        }
    }

    /** The connection is over, or never came to be. */
    public void end() {
        paused = false;
    }
}
