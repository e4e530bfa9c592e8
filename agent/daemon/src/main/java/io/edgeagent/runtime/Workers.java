package io.edgeagent.runtime;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded number of named threads for calls that block. A thread goes when it has been idle for a minute. A task that throws an
 * {@link Error} that is not its own fault ends its thread, and with it the process: see {@link FatalErrors}.
 */
public final class Workers implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int QUEUE = 256;

    private final Clock clock;
    private final ThreadPoolExecutor executor;

    private record Task(Runnable work, long since) implements Runnable {
        @Override
        public void run() {
            try {
                work.run();
            } catch (RuntimeException | StackOverflowError e) {
                LOG.error("event=worker_task_failed", e);
            }
        }
    }

    /** Gives each task a thread of its own, which ends with it: for what is rare and may block for long. */
    public static Executor alone(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.start();
        };
    }

    /** @param threads how many tasks run side by side; tasks that find none free wait in a queue */
    public Workers(String name, int threads, Clock clock) {
        this.clock = clock;
        AtomicInteger number = new AtomicInteger();
        executor =
                new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(QUEUE), task -> {
                    String own = threads == 1 ? name : name + "-" + number.incrementAndGet();
                    Thread thread = new Thread(task, own);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs the task soon; false if the queue is full or the workers were closed: the caller then tries again later. */
    public boolean submit(Runnable task) {
        try {
            executor.execute(new Task(task, clock.nanos()));
            return true;
        } catch (RejectedExecutionException e) {
            if (!executor.isShutdown()) {
                LOG.warn("event=worker_queue_full");
            }
            return false;
        }
    }

    /** @throws RejectedExecutionException if the queue is full */
    @Override
    public void execute(Runnable task) {
        if (!submit(task)) {
            throw new RejectedExecutionException("the queue is full");
        }
    }

    /** How long the oldest task has waited for a thread; zero if none waits. */
    public Duration oldestWait() {
        return executor.getQueue().peek() instanceof Task oldest
                ? Duration.ofNanos(clock.nanos() - oldest.since)
                : Duration.ZERO;
    }

    /** Ends without waiting for a call that blocks: every step can be cut off and taken up again. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
