package io.edgeagent.runtime;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other threads ask one thread to do next, in the order in which they asked. State that only such tasks touch needs no locks.
 * Bounded: who posts into a full mailbox waits until there is room.
 */
public final class Mailbox implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final int QUEUE = 1024;

    private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong overflows = new AtomicLong();

    /** The next task, or empty if none came in time. For the thread that owns the mailbox. */
    public Optional<Runnable> next(long waitNanos) throws InterruptedException {
        return Optional.ofNullable(tasks.poll(waitNanos, TimeUnit.NANOSECONDS));
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** Any thread. */
    @Override
    public void execute(Runnable task) {
        try {
            if (tasks.offer(task, 10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            // only a thread that is being stopped is interrupted, and nobody waits for its results then
            Thread.currentThread().interrupt();
            return;
        }
        LOG.error("event=mailbox_overflow total={}", overflows.incrementAndGet());
    }
}
