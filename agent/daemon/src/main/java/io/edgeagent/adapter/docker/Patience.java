package io.edgeagent.adapter.docker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends what its thread does with the engine when nothing was heard for too long. It interrupts the thread, and the JDK then closes the
 * socket that the thread reads: docker-java's response timeout does nothing on a Unix socket. Other calls go on.
 *
 * <p>Made and closed by the thread that waits; after {@link #close} no interrupt is left behind.
 */
final class Patience implements AutoCloseable {
    private final Thread waiting = Thread.currentThread();
    private final long limit;
    private CompletableFuture<Void> timer = new CompletableFuture<>();
    private long heard = System.nanoTime();
    private boolean over;
    private boolean exhausted;
    private boolean waitsForUs;

    Patience(Duration limit) {
        this.limit = limit.toNanos();
        arm(this.limit);
    }

    private synchronized void arm(long nanos) {
        timer = new CompletableFuture<Void>().orTimeout(nanos, TimeUnit.NANOSECONDS);
        var unused = timer.whenComplete((done, late) -> {
            if (late != null) {
                look();
            }
        });
    }

    private synchronized void look() {
        long left = waitsForUs ? limit : limit - (System.nanoTime() - heard);
        if (over) {
            return;
        }
        if (left > 0) {
            arm(left);
        } else {
            exhausted = true;
            waiting.interrupt();
        }
    }

    /** Something was heard: the time begins anew. */
    synchronized void renew() {
        heard = System.nanoTime();
        waitsForUs = false;
    }

    /** What was heard is being worked on: until {@link #renew}, it is not the engine that is slow. */
    synchronized void pause() {
        waitsForUs = true;
    }

    synchronized boolean isExhausted() {
        return exhausted;
    }

    @Override
    public synchronized void close() {
        over = true;
        timer.complete(null);
        if (exhausted) {
            Thread.interrupted();
        }
    }
}
