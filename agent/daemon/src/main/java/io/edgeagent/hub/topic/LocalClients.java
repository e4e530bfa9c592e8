package io.edgeagent.hub.topic;

import io.edgeagent.hub.HubRuntime;
import io.edgeagent.model.Printable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients without an identity of the IoT Hub, by user name and password. Hashes are computed on another thread, one at a time. Who
 * guesses is slowed down, by his address and the name that he tries: after five wrong passwords, further ones are not even looked at
 * for a while, which doubles up to 40 seconds. For the hub's thread.
 */
public final class LocalClients {
    private static final Logger LOG = LoggerFactory.getLogger(LocalClients.class);
    private static final int FREE_TRIES = 5;
    private static final long SHORTEST = Duration.ofSeconds(5).toNanos();
    /** Not longer: a client whose password was corrected comes from where the wrong ones came. */
    private static final int MOST_DOUBLINGS = 3;

    private static final long FORGOTTEN = Duration.ofHours(1).toNanos();
    private static final int MOST_PLACES = 500;
    /** Who has gone meanwhile is still looked at, so that the number of connections is no bound. */
    private static final int MOST_WAITING = 300;

    private final HubRuntime runtime;
    private final Threads threads;
    private final Map<String, PasswordHash> passwords;
    /** A name that is not there costs as much as the dearest one that is. */
    private final PasswordHash nobodys;

    private final Map<Place, Guesses> guesses = new LinkedHashMap<>();
    private final ArrayDeque<Try> waiting = new ArrayDeque<>();
    private boolean computing;

    /**
     * @param hub runs something on the hub's thread
     * @param slow computes; may refuse
     */
    public record Threads(Executor hub, Executor slow) {}

    /** @param name that is tried; all that nobody has are one */
    private record Place(String address, String name) {}

    private record Try(String name, String password, Place place, Consumer<Verdict> then) {}

    private record Guesses(int wrong, long lastAt) {
        private boolean isBlocked(long now) {
            int doublings = Math.min(MOST_DOUBLINGS, wrong - FREE_TRIES);
            return doublings >= 0 && lastAt + (SHORTEST << doublings) - now > 0;
        }
    }

    /** @param passwords by user names */
    public LocalClients(HubRuntime runtime, Threads threads, Map<String, PasswordHash> passwords) {
        this.runtime = runtime;
        this.threads = threads;
        this.passwords = Map.copyOf(passwords);
        this.nobodys = passwords.values().stream()
                .max(Comparator.comparingInt(PasswordHash::iterations))
                .orElseGet(() -> PasswordHash.ofPassword("nobody"));
    }

    public boolean isEmpty() {
        return passwords.isEmpty();
    }

    /** What came of a look at a password. */
    public enum Verdict {
        RIGHT,
        WRONG,
        /** Too many wrong ones came from there. */
        NOT_LOOKED_AT,
        /** The board has too much else to do. */
        BUSY
    }

    /**
     * Looks at a password.
     *
     * @param address of the peer, without its port
     * @param then is run once, soon or at once
     */
    public void check(String name, String password, String address, Consumer<Verdict> then) {
        if (waiting.size() >= MOST_WAITING) {
            then.accept(Verdict.BUSY);
            return;
        }
        Place place = new Place(address, passwords.containsKey(name) ? name : "");
        waiting.add(new Try(name, password, place, then));
        next();
    }

    // one after the other: many at once would all be the first guess of their place
    private void next() {
        while (!computing && !waiting.isEmpty()) {
            Try first = waiting.poll();
            if (guesses.getOrDefault(first.place(), new Guesses(0, 0)).isBlocked(runtime.nanos())) {
                first.then().accept(Verdict.NOT_LOOKED_AT);
                continue;
            }
            computing = true;
            try {
                threads.slow().execute(() -> compute(first));
            } catch (RejectedExecutionException e) {
                computing = false;
                first.then().accept(Verdict.BUSY);
            }
        }
    }

    private void compute(Try tried) {
        boolean equal = false;
        try {
            equal = passwords.getOrDefault(tried.name(), nobodys).isOf(tried.password());
        } finally {
            boolean right = equal && passwords.containsKey(tried.name());
            threads.hub().execute(() -> computed(tried, right));
        }
    }

    private void computed(Try tried, boolean right) {
        computing = false;
        Guesses before = guesses.remove(tried.place());
        if (!right) {
            wrong(tried.place(), before);
        }
        tried.then().accept(right ? Verdict.RIGHT : Verdict.WRONG);
        next();
    }

    private void wrong(Place place, Guesses before) {
        long now = runtime.nanos();
        boolean first = before == null || now - before.lastAt() > FORGOTTEN;
        Guesses after = new Guesses(first ? 1 : before.wrong() + 1, now);
        guesses.put(place, after);
        if (after.wrong() >= FREE_TRIES) {
            LOG.warn(
                    "event=passwords_guessed address={} name=\"{}\" wrong={}",
                    place.address(),
                    Printable.of(place.name(), TopicLimits.LONGEST_SHOWN),
                    after.wrong());
        }
        Iterator<Place> oldest = guesses.keySet().iterator();
        if (guesses.size() > MOST_PLACES) {
            oldest.next();
            oldest.remove();
        }
    }
}
