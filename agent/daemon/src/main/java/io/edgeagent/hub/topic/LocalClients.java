package io.edgeagent.hub.topic;

import io.edgeagent.hub.HubRuntime;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients without an identity of the IoT Hub, by user name and password. Who guesses is slowed down by his address: after five wrong
 * passwords, further ones from there are not even looked at for a while, which doubles up to ten minutes. For the hub's thread.
 */
public final class LocalClients {
    private static final Logger LOG = LoggerFactory.getLogger(LocalClients.class);
    private static final int FREE_TRIES = 5;
    private static final long SHORTEST = Duration.ofSeconds(5).toNanos();
    private static final int MOST_DOUBLINGS = 7;
    private static final long FORGOTTEN = Duration.ofHours(1).toNanos();
    private static final int MOST_ADDRESSES = 500;
    /** A name that is not there costs as much as one that is. */
    private static final PasswordHash NOBODYS = PasswordHash.ofPassword("nobody");

    private final HubRuntime runtime;
    private final Map<String, PasswordHash> passwords;
    private final Map<String, Guesses> guesses = new LinkedHashMap<>();

    private record Guesses(int wrong, long lastAt) {
        private long blockedUntil() {
            int doublings = Math.min(MOST_DOUBLINGS, wrong - FREE_TRIES);
            return doublings < 0 ? lastAt : lastAt + (SHORTEST << doublings);
        }
    }

    /** @param passwords by user names */
    public LocalClients(HubRuntime runtime, Map<String, PasswordHash> passwords) {
        this.runtime = runtime;
        this.passwords = Map.copyOf(passwords);
    }

    public boolean isEmpty() {
        return passwords.isEmpty();
    }

    /** What came of a look at a password. */
    public enum Verdict {
        RIGHT,
        WRONG,
        /** Too many wrong ones came from there. */
        NOT_LOOKED_AT
    }

    /** @param address of the peer, without its port */
    public Verdict check(String name, String password, String address) {
        long now = runtime.nanos();
        Guesses before = guesses.getOrDefault(address, new Guesses(0, now));
        if (before.wrong() >= FREE_TRIES && before.blockedUntil() - now > 0) {
            return Verdict.NOT_LOOKED_AT;
        }
        PasswordHash known = passwords.getOrDefault(name, NOBODYS);
        if (known.isOf(password) && passwords.containsKey(name)) {
            guesses.remove(address);
            return Verdict.RIGHT;
        }
        guesses.remove(address);
        Guesses after = new Guesses(now - before.lastAt() > FORGOTTEN ? 1 : before.wrong() + 1, now);
        guesses.put(address, after);
        if (after.wrong() >= FREE_TRIES) {
            LOG.warn("event=passwords_guessed address={} wrong={}", address, after.wrong());
        }
        Iterator<String> oldest = guesses.keySet().iterator();
        if (guesses.size() > MOST_ADDRESSES) {
            oldest.next();
            oldest.remove();
        }
        return Verdict.WRONG;
    }
}
