package io.edgeagent.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A piece of state that is written when it changed, and only then: a board's flash wears out. The newest value is written; one that
 * could not be written is tried again, with a growing wait, until it is on the disk. Writes happen on the disk's own worker, so that
 * nobody waits for a slow card. Any thread may keep a value.
 *
 * @param <T> compared with {@code equals}; must not change after it was handed over
 */
public final class SavedState<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);

    /** The cap is that of no other call: each try on a full card writes to it. */
    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10), 0);

    private final String what;
    private final Consumer<T> store;
    private final Executor disk;
    private final Clock clock;
    private final List<Runnable> waiting = new ArrayList<>();
    private Optional<T> wanted = Optional.empty();
    private Optional<T> onDisk = Optional.empty();
    private Optional<RuntimeException> failure = Optional.empty();
    private boolean writing;
    private int failures;
    private long retryAt;

    /**
     * @param what in a person's words, for the log: "the deployment"
     * @param store writes a value; throws if it is not on the disk
     */
    public SavedState(String what, Consumer<T> store, Executor disk, Clock clock) {
        this.what = what;
        this.store = store;
        this.disk = disk;
        this.clock = clock;
    }

    /** This is on the disk already. */
    public synchronized void restored(T value) {
        onDisk = Optional.of(value);
    }

    /** Writes the value soon, if it is another than the one before. */
    public void keep(T value) {
        synchronized (this) {
            wanted = Optional.of(value);
        }
        writeIfDue();
    }

    /**
     * Runs something after the value that was kept last is on the disk, or could not be written: a full disk must not keep modules
     * from being started. On the disk's worker, or at once where nothing is to be written.
     */
    public void afterwards(Runnable task) {
        synchronized (this) {
            if (isDone() || (!writing && isWaiting())) {
                // fall through: nothing is under way
            } else {
                waiting.add(task);
                return;
            }
        }
        task.run();
    }

    /** Why the newest value is not on the disk, if a write of it failed. */
    public synchronized Optional<RuntimeException> failure() {
        return failure;
    }

    /** When {@link #writeIfDue} is to be called again; far away if nothing waits. */
    public synchronized long nextWake() {
        return isDone() || writing ? Long.MAX_VALUE : retryAt;
    }

    /** Begins the write that is due, if one is. */
    public void writeIfDue() {
        synchronized (this) {
            if (writing || isDone() || isWaiting()) {
                return;
            }
            writing = true;
        }
        try {
            disk.execute(this::write);
        } catch (RejectedExecutionException e) {
            written(Optional.empty(), Optional.of(e)).forEach(Runnable::run);
        }
    }

    private boolean isDone() {
        return wanted.isEmpty() || wanted.equals(onDisk);
    }

    private boolean isWaiting() {
        return failures > 0 && clock.nanos() < retryAt;
    }

    private void write() {
        T value;
        synchronized (this) {
            value = wanted.orElseThrow();
        }
        List<Runnable> tasks;
        try {
            store.accept(value);
            tasks = written(Optional.of(value), Optional.empty());
        } catch (RuntimeException e) {
            tasks = written(Optional.empty(), Optional.of(e));
        }
        tasks.forEach(Runnable::run);
        writeIfDue();
    }

    private synchronized List<Runnable> written(Optional<T> value, Optional<RuntimeException> problem) {
        writing = false;
        if (problem.isPresent()) {
            if (failure.isEmpty()) {
                LOG.error(
                        "event=not_saved what=\"{}\" reason=\"{}\"",
                        what,
                        problem.get().getMessage());
            }
            retryAt = clock.nanos() + AGAIN.after(failures++, 0).toNanos();
        } else {
            if (failure.isPresent()) {
                LOG.info("event=saved_again what=\"{}\"", what);
            }
            onDisk = value;
            failures = 0;
        }
        failure = problem;
        // those who wait for a newer value wait on
        if (problem.isEmpty() && !isDone()) {
            return List.of();
        }
        List<Runnable> tasks = List.copyOf(waiting);
        waiting.clear();
        return tasks;
    }
}
