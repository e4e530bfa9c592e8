package io.edgeagent.board;

import io.edgeagent.reconcile.Container;
import io.edgeagent.runtime.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Update locks: a module that must not be stopped for an update just now says so on its workload socket. A lock ends when the
 * module gives it back, when its time is over, and when the module's container ends, whoever ended it. It outlives the agent.
 *
 * <p>Any thread. No lock is given to a module whose stop has begun, and none is stopped that got its lock before: {@link #close}.
 */
public final class UpdateLocks {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Clock clock;
    private final UpdateLockStore store;
    private final Map<String, Lock> locks = new HashMap<>();
    private final Set<String> closed = new HashSet<>();
    private Set<String> awaited = Set.of();
    private boolean kept = true;

    /**
     * @param takenAt when it was taken, or taken again
     * @param heldBy the run of the container that holds it; empty before the engine was asked after it was taken
     */
    private record Lock(long takenAt, Duration life, Optional<String> heldBy) {}

    /**
     * How it is with a module's lock.
     *
     * @param left how long it holds if nothing happens; empty if it is not held
     * @param awaited something is to be done to the module as soon as it does not hold it
     */
    public record State(Optional<Duration> left, boolean awaited) {}

    /** @param store where locks are kept while no agent runs */
    public UpdateLocks(Clock clock, UpdateLockStore store) {
        this.clock = clock;
        this.store = store;
        // nobody knows how long no agent ran
        store.read().forEach((module, life) -> locks.put(module, lock(life)));
    }

    private Lock lock(Duration life) {
        return new Lock(clock.nanos(), life.compareTo(LONGEST) > 0 ? LONGEST : life, Optional.empty());
    }

    /**
     * Takes a module's lock, or holds it for longer.
     *
     * @param life from now; an hour at most
     * @return false if the module is being stopped
     */
    public synchronized boolean take(String module, Duration life) {
        if (closed.contains(module)) {
            return false;
        }
        Lock before = locks.put(module, lock(life));
        if (before == null || !before.life().equals(life)) {
            keep();
        }
        return true;
    }

    /** Gives a module's lock back. */
    public synchronized void release(String module) {
        if (locks.remove(module) != null) {
            keep();
        }
    }

    public synchronized State state(String module) {
        return new State(
                held().contains(module) ? Optional.of(left(locks.get(module))) : Optional.empty(),
                awaited.contains(module));
    }

    /** Modules that hold their lock. Asked for each plan, so a write that failed is repeated here. */
    public synchronized Set<String> held() {
        boolean ended = locks.values()
                .removeIf(lock -> left(lock).isNegative() || left(lock).isZero());
        if (ended || !kept) {
            keep();
        }
        return new TreeSet<>(locks.keySet());
    }

    private Duration left(Lock lock) {
        return lock.life().minusNanos(clock.nanos() - lock.takenAt());
    }

    /** Modules whose update waits for their lock. */
    synchronized void awaited(Set<String> modules) {
        awaited = Set.copyOf(modules);
    }

    /**
     * Begins to stop a module.
     *
     * @param override whether its lock does not count
     * @return false if it must not be stopped, because it took its lock meanwhile
     */
    synchronized boolean close(String module, boolean override) {
        if (!override && held().contains(module)) {
            return false;
        }
        closed.add(module);
        return true;
    }

    /** What was done to the module is done. */
    synchronized void open(String module) {
        closed.remove(module);
    }

    /**
     * Ends the locks of runs that are over.
     *
     * @param containers of modules, as the engine showed them
     * @param askedAt when it was asked; a lock that was taken later may be that of a run that it did not show
     */
    synchronized void seen(Map<String, Container> containers, long askedAt) {
        boolean changed = false;
        for (String module : Set.copyOf(locks.keySet())) {
            Lock lock = locks.get(module);
            if (askedAt - lock.takenAt() < 0) {
                continue;
            }
            Optional<String> run = Optional.ofNullable(containers.get(module))
                    .filter(Container::isUp)
                    .map(container -> container.id() + container.startedAt());
            boolean over = run.isEmpty() || !lock.heldBy().orElse(run.get()).equals(run.get());
            if (over) {
                locks.remove(module);
                changed = true;
            } else {
                locks.put(module, new Lock(lock.takenAt(), lock.life(), run));
            }
        }
        if (changed) {
            keep();
        }
    }

    private void keep() {
        Map<String, Duration> lives = new TreeMap<>();
        locks.forEach((module, lock) -> lives.put(module, lock.life()));
        kept = store.write(lives);
    }
}
