package io.edgeagent.runtime;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other threads ask one thread to do next, in the order in which they asked. State that only such tasks touch needs no locks.
 * Bounded, and nothing is ever dropped: who posts into a full mailbox waits until there is room. The owner itself never waits.
 */
public final class Mailbox implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Optional<Thread> owner = Optional.empty();
    private long overflows;

    public Mailbox() {
        this(1024);
    }

    Mailbox(int capacity) {
        this.capacity = capacity;
    }

    /** The next task, or empty if none came in time. For the thread that owns the mailbox. */
    public Optional<Runnable> next(long waitNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            owner = Optional.of(Thread.currentThread());
            long left = waitNanos;
            while (tasks.isEmpty() && left > 0) {
                left = filled.awaitNanos(left);
            }
            emptied.signal();
            return Optional.ofNullable(tasks.poll());
        } finally {
            lock.unlock();
        }
    }

    public boolean isEmpty() {
        lock.lock();
        try {
            return tasks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Any thread. */
    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (tasks.size() >= capacity && !owner.equals(Optional.of(Thread.currentThread()))) {
                waitForRoom();
            }
            tasks.add(task);
            filled.signal();
        } catch (InterruptedException e) {
            // only a thread that is being stopped is interrupted, and nobody waits for its results then
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void waitForRoom() throws InterruptedException {
        // counted and said at powers of two: a flood must not flood the log
        if (Long.bitCount(++overflows) == 1) {
            LOG.warn("event=mailbox_full total={} reason=\"threads wait for room\"", overflows);
        }
        while (tasks.size() >= capacity) {
            emptied.await(1, TimeUnit.SECONDS);
        }
    }
}
