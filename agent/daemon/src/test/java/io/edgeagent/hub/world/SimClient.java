package io.edgeagent.hub.world;

import io.edgeagent.hub.ClientId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A module or a device that publishes, subscribes, listens, reports, vanishes and comes back. */
final class SimClient {
    private static final int WINDOW = 20;
    private static final long KEEP_ALIVE = 90 * SimTime.SECOND;

    private final World world;
    private final SimTime time;
    private final ClientId id;
    private final Head head;
    private Optional<SimConnection> current = Optional.empty();
    /** Sent or to be sent, and not acknowledged: number to properties, in order. */
    private final Map<Long, Map<String, String>> outstanding = new LinkedHashMap<>();

    private long reported;
    private long reportAcknowledged;
    private long desiredSeen = -1;
    private int connections;

    /** What it speaks, as the hub's core sees it. */
    enum Head {
        MQTT,
        /** Without a session that outlives a connection. */
        MQTT_CLEAN,
        /** It says what becomes of each message, in any order, and gives credit. */
        AMQP
    }

    SimClient(World world, ClientId id, Head head) {
        this.world = world;
        this.time = world.time();
        this.id = id;
        this.head = head;
        time.after(time.around(10 * SimTime.SECOND), this::act);
    }

    ClientId id() {
        return id;
    }

    boolean speaksAmqp() {
        return head == Head.AMQP;
    }

    private void act() {
        time.after(time.around(world.isCalm() ? 30 * SimTime.SECOND : world.pause()), this::act);
        if (current.isEmpty()) {
            connect();
        } else if (!world.isCalm() && time.chance(0.02)) {
            leave();
        } else if (!world.isCalm() && time.chance(0.05)) {
            long value = ++reported;
            current.get().report(value);
        } else {
            int burst = !world.isCalm() && time.chance(0.05) ? 40 : 1;
            for (int i = 0; i < burst; i++) {
                publish();
            }
        }
    }

    private void publish() {
        if (outstanding.size() >= WINDOW) {
            return;
        }
        Map<String, String> properties = new TreeMap<>();
        long number = world.model().number();
        properties.put("n", String.valueOf(number));
        if (time.chance(0.5)) {
            properties.put("level", time.chance(0.3) ? "high" : "low");
        }
        if (time.chance(0.003)) {
            properties.put("poison", "yes");
        }
        if (time.chance(0.002)) {
            properties.put("huge", "yes");
        }
        int most = time.chance(0.02) ? 4000 : 100;
        properties.put("size", String.valueOf(time.random().nextInt(most)));
        outstanding.put(number, properties);
        current.ifPresent(connection -> connection.send(number, properties));
    }

    private void connect() {
        if (world.life().isPresent() && time.chance(0.7)) {
            current = Optional.of(new SimConnection(world, this, world.life().get(), ++connections, head != Head.MQTT));
            current.get().begin();
        }
    }

    private void leave() {
        SimConnection old = current.orElseThrow();
        current = Optional.empty();
        if (time.chance(0.3)) {
            old.sayGoodbye();
        } else if (time.chance(0.5)) {
            old.vanish(time.between(0, SimTime.SECOND));
        } else {
            // the cable is out: the hub notices by the silence, unless another connection comes first
            old.vanish(KEEP_ALIVE);
        }
        if (time.chance(0.2)) {
            outstanding.clear();
        }
    }

    Map<Long, Map<String, String>> outstanding() {
        return outstanding;
    }

    void acknowledged(long number) {
        outstanding.remove(number);
    }

    /** The connection is gone, and this end of it knows. */
    void lost(SimConnection connection) {
        if (current.filter(connection::equals).isPresent()) {
            current = Optional.empty();
        }
    }

    void hubIsGone() {
        current.ifPresent(SimConnection::cut);
        current = Optional.empty();
    }

    void reportAcknowledged(long value) {
        reportAcknowledged = Math.max(reportAcknowledged, value);
    }

    /** The last report that the hub has acknowledged. */
    long reportAcknowledged() {
        return reportAcknowledged;
    }

    void sawDesired(long version) {
        desiredSeen = version;
    }

    long desiredSeen() {
        return desiredSeen;
    }

    boolean isConnected() {
        return current.isPresent();
    }
}
