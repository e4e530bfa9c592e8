package io.edgeagent.adapter.hubnet;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections there may be at once, over all listeners. When it is full, a peer that has not shown who it is makes room
 * for a new one: first those that have sent nothing at all, the oldest first. For the loop's thread.
 */
public final class ConnectionLimit {
    /** A hundred clients, and those of which nothing is known yet. */
    public static final int MOST_CONNECTIONS = 300;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final EventLoop loop;
    private final int most;
    private final Set<TcpWire> strangers = new LinkedHashSet<>();
    private int open;
    private long ended;
    private boolean quiet;

    public ConnectionLimit(EventLoop loop, int most) {
        this.loop = loop;
        this.most = most;
    }

    /** Connections that are open. */
    public int open() {
        return open;
    }

    /** Ends a stranger if it has to. @return whether there is room for one more */
    boolean makeRoom() {
        if (open < most) {
            return true;
        }
        Optional<TcpWire> leaving = oldestStranger();
        ended++;
        say();
        leaving.ifPresent(wire -> wire.ended("others need the room, and it has not said who it is"));
        return leaving.isPresent();
    }

    private Optional<TcpWire> oldestStranger() {
        strangers.removeIf(TcpWire::isAdmitted);
        return strangers.stream()
                .filter(wire -> !wire.hasHeard())
                .findFirst()
                .or(() -> strangers.stream().findFirst());
    }

    private void say() {
        if (!quiet) {
            quiet = true;
            LOG.warn("event=connections_full most={} ended={}", most, ended);
            loop.schedule(SILENCE, () -> quiet = false);
        }
    }

    void entered(TcpWire wire) {
        open++;
        strangers.add(wire);
    }

    void left(TcpWire wire) {
        open--;
        strangers.remove(wire);
    }
}
