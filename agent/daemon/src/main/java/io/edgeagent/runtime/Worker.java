package io.edgeagent.runtime;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One named thread with a bounded queue for calls that block. The thread goes when it has been idle for a minute. */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final int QUEUE = 256;

    private final ThreadPoolExecutor executor;

    public Worker(String name) {
        executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(QUEUE), task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs the task soon; false if the queue is full or the worker closed, the caller then tries again later. */
    public boolean submit(Runnable task) {
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("event=worker_task_failed", e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            LOG.warn("event=worker_queue_full");
            return false;
        }
    }

    /** Ends without waiting for a call that blocks: every step can be cut off and taken up again. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
