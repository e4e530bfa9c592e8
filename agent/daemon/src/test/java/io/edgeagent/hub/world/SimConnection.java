package io.edgeagent.hub.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubEntrance.Admission;
import io.edgeagent.hub.HubSession;
import io.edgeagent.hub.Message;
import io.edgeagent.model.Json;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client's connection, both ends of it and what lies between: it takes time, keeps the order, and what is on its way is lost with the
 * connection.
 */
final class SimConnection implements HubClient {
    private static final int WINDOW = 8;
    private static final int MOST_CREDIT = 5;

    private final World world;
    private final SimTime time;
    private final SimClient client;
    private final Life life;
    private final String name;
    private final boolean clean;
    private final Set<Long> underWay = new HashSet<>();
    private Optional<HubSession> session = Optional.empty();
    /** The client's end, and the hub's. */
    private boolean open = true;

    private boolean hubOpen = true;
    private boolean told;
    private int unacknowledged;
    /** By AMQP: so many more may come. */
    private int credit = MOST_CREDIT;

    private long lastToHub;
    private long lastToClient;

    SimConnection(World world, SimClient client, Life life, int number, boolean clean) {
        this.world = world;
        this.time = world.time();
        this.client = client;
        this.life = life;
        this.name = client.id() + "#" + number;
        this.clean = clean;
    }

    private void toHub(Runnable arrives) {
        toHub(0, arrives);
    }

    private void toHub(long wait, Runnable arrives) {
        lastToHub = Math.max(lastToHub, time.now() + wait + time.between(SimTime.SECOND / 2000, SimTime.SECOND / 50));
        time.at(lastToHub, () -> {
            if (open && hubOpen && life.isRunning()) {
                arrives.run();
            }
        });
    }

    /** As {@link #toHub}, and others may come first. */
    private void toHubInAnyOrder(long wait, Runnable arrives) {
        time.after(wait + time.between(SimTime.SECOND / 2000, SimTime.SECOND / 2), () -> {
            if (open && hubOpen && life.isRunning()) {
                arrives.run();
            }
        });
    }

    private void toClient(Runnable arrives) {
        lastToClient = Math.max(lastToClient, time.now() + time.between(SimTime.SECOND / 2000, SimTime.SECOND / 50));
        time.at(lastToClient, () -> {
            if (open) {
                arrives.run();
            }
        });
    }

    void begin() {
        toHub(() -> {
            Admission admission = life.hub().connect(client.id(), world.token(client.id()), clean, "sim", this);
            session = admission.session();
            boolean resumed = admission.resumed();
            if (session.isEmpty()) {
                told = true;
                toClient(this::isLost);
            } else {
                toClient(() -> connected(resumed));
            }
        });
    }

    private void connected(boolean resumed) {
        if (!resumed || time.chance(0.3)) {
            for (HubSession.Interest interest : HubSession.Interest.values()) {
                if (interest == HubSession.Interest.INPUTS
                        && client.id().module().isEmpty()) {
                    continue;
                }
                toHub(() -> session.orElseThrow().subscribe(interest, true, () -> {}));
            }
        }
        toHub(() -> session.orElseThrow().getTwin("get"));
        client.outstanding().forEach(this::send);
    }

    void report(long value) {
        toHub(() -> session.ifPresent(hub -> hub.patchReported("r" + value, "{\"n\":" + value + "}")));
    }

    void send(long number, Map<String, String> properties) {
        toHub(() -> session.ifPresent(hub -> publish(hub, number, properties)));
    }

    private void publish(HubSession hub, long number, Map<String, String> properties) {
        Map<String, Long> places = world.rules().places(client.id(), properties);
        long copy = world.model().offered(client.id(), number, places);
        Map<String, String> stamped = new java.util.TreeMap<>(properties);
        stamped.put("copy", String.valueOf(copy));
        Message message = new Message(
                client.id(),
                client.id().module().map(module -> "out"),
                Map.of(),
                stamped,
                ByteBuffer.allocate(Integer.parseInt(properties.get("size"))));
        hub.publish(message, new HubSession.Taking() {
            @Override
            public void taken() {
                life.step();
                world.model().acknowledged(copy);
                world.trace(1, copy);
                toClient(() -> client.acknowledged(number));
            }

            @Override
            public boolean refused(String reason) {
                if (client.speaksAmqp()) {
                    toClient(() -> time.after(time.around(10 * SimTime.SECOND), () -> send(number, properties)));
                }
                return client.speaksAmqp();
            }
        });
    }

    void sayGoodbye() {
        toHub(() -> ended(true, "goodbye"));
        time.at(lastToHub + 1, this::cut);
    }

    /** @param noticed after how long the hub notices */
    void vanish(long noticed) {
        open = false;
        time.after(noticed, () -> ended(false, "silence"));
    }

    /** The head tells the hub once. */
    private void ended(boolean cleanly, String reason) {
        open = false;
        hubOpen = false;
        if (!told && life.isRunning()) {
            told = true;
            session.ifPresent(hub -> hub.disconnected(cleanly, reason));
        }
    }

    void cut() {
        open = false;
    }

    private void isLost() {
        open = false;
        client.lost(this);
    }

    @Override
    public void close(String reason) {
        if (hubOpen) {
            hubOpen = false;
            toClient(this::isLost);
            time.after(0, () -> {
                if (!told && life.isRunning()) {
                    told = true;
                    session.ifPresent(hub -> hub.disconnected(false, reason));
                }
            });
        }
    }

    @Override
    public void deliver(Delivery delivery) {
        life.step();
        unacknowledged++;
        underWay.add(delivery.tag());
        spendCredit();
        String queue = world.queue(client.id(), delivery);
        world.model().sent(queue, delivery.message());
        toClient(() -> {
            world.model().arrived(name, queue, delivery.message());
            world.trace(2, delivery.tag());
            boolean poison = delivery.message().application().containsKey("poison");
            long wait = time.chance(0.01) && !world.isCalm() ? time.around(SimTime.MINUTE) : 0;
            if (!client.speaksAmqp()) {
                toHub(wait, () -> answer(delivery, queue, !poison, HubSession.Outcome.RELEASED));
                return;
            }
            boolean released = !world.isCalm() && time.chance(0.03);
            HubSession.Outcome refusal = time.chance(0.5) ? HubSession.Outcome.REJECTED : HubSession.Outcome.RELEASED;
            toHubInAnyOrder(wait, () -> answer(delivery, queue, !poison && !released, refusal));
        });
    }

    @Override
    public void deliverFromCloud(long tag, Message message) {
        life.step();
        unacknowledged++;
        spendCredit();
        toClient(() -> {
            world.trace(7, tag);
            HubSession.Outcome outcome = client.speaksAmqp() && !world.isCalm() && time.chance(0.3)
                    ? (time.chance(0.2) ? HubSession.Outcome.REJECTED : HubSession.Outcome.RELEASED)
                    : HubSession.Outcome.ACCEPTED;
            toHubInAnyOrder(0, () -> {
                unacknowledged--;
                if (outcome == HubSession.Outcome.ACCEPTED) {
                    world.cloud().mail().settled(message);
                }
                session.orElseThrow().delivered(tag, outcome);
            });
        });
    }

    private void spendCredit() {
        if (client.speaksAmqp() && --credit == 0) {
            toHub(time.between(0, SimTime.SECOND), () -> {
                credit = 1 + time.random().nextInt(MOST_CREDIT);
                session.orElseThrow().roomAgain();
            });
        }
    }

    private void answer(Delivery delivery, String queue, boolean accepted, HubSession.Outcome refusal) {
        unacknowledged--;
        HubSession hub = session.orElseThrow();
        if (!underWay.contains(delivery.tag())) {
            // it was given back meanwhile, and is not on its way again yet
            hub.delivered(delivery.tag(), accepted ? HubSession.Outcome.ACCEPTED : refusal);
        } else if (accepted) {
            underWay.remove(delivery.tag());
            world.model().receiverAcknowledged(queue, delivery.message());
            hub.delivered(delivery.tag(), true);
        } else {
            toClient(() -> world.model().sessionStartsOver(name));
            Set<Long> before = new HashSet<>(underWay);
            before.remove(delivery.tag());
            underWay.clear();
            long dead = world.model().dead();
            hub.delivered(delivery.tag(), refusal);
            if (world.model().dead() > dead) {
                underWay.addAll(before);
            }
        }
    }

    @Override
    public int room() {
        return client.speaksAmqp() ? Math.min(credit, WINDOW - unacknowledged) : WINDOW - unacknowledged;
    }

    @Override
    public void invoke(MethodCall call) {
        if (time.chance(0.8)) {
            toClient(() -> toHub(() -> session.orElseThrow().methodAnswered(call.id(), 200, "{}")));
        }
    }

    @Override
    public void desiredChanged(String patch, long version) {
        toClient(() -> client.sawDesired(version));
    }

    @Override
    public void twinAnswered(TwinAnswer answer) {
        toClient(() -> {
            if (answer.requestId().startsWith("r")) {
                if (answer.status() == 204) {
                    client.reportAcknowledged(Long.parseLong(answer.requestId().substring(1)));
                }
            } else {
                client.sawDesired(desiredVersion(answer.body()));
            }
        });
    }

    private static long desiredVersion(String twin) {
        try {
            return Json.MAPPER.readTree(twin).path("desired").path("$version").asLong(0);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
