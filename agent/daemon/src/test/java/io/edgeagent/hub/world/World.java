package io.edgeagent.hub.world;

import io.edgeagent.adapter.messagelog.FrailDisk;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubEntrance;
import io.edgeagent.hub.HubFigures;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.ModuleDirectory;
import io.edgeagent.hub.StoreLimits;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A board with the real hub and the real store, and around it simulated modules and devices, cloud, network, disk, clock and power. One thread;
 * everything that is random comes from the seed, so a run can be repeated to the byte.
 */
final class World {
    static final String DEVICE = "board";
    private static final long AUDIT_EVERY = 20 * SimTime.MINUTE;
    private static final long METHOD_PATIENCE = 7 * SimTime.MINUTE;

    private final SimTime time;
    private final FrailDisk disk;
    private final Model model;
    private final SimCloud cloud;
    private final Faults faults;
    private final List<SimClient> clients = new ArrayList<>();
    private final Map<ClientId, String> tokens = new HashMap<>();
    private final DeadLetters letters = new Letters();
    private Optional<Life> life = Optional.empty();
    private DeadLetters realLetters = letters;
    private Rules rules = Rules.all();
    private long maxBytes = 64L << 20;
    private long trace = 0xcbf29ce484222325L;
    private long dieIn;
    private boolean auditing;
    private boolean calm;
    private long restartWait = 1;
    private long calls;
    private int deaths;
    private int failures;

    World(long seed) {
        time = new SimTime(seed);
        disk = new FrailDisk(time.random());
        disk.beforeEach(this::diskStep);
        model = new Model(time);
        cloud = new SimCloud(this);
        clients.add(new SimClient(this, ClientId.module(DEVICE, "m0"), SimClient.Head.MQTT_CLEAN));
        clients.add(new SimClient(this, ClientId.module(DEVICE, "m1"), SimClient.Head.MQTT));
        clients.add(new SimClient(this, ClientId.module(DEVICE, "m2"), SimClient.Head.AMQP));
        clients.add(new SimClient(this, ClientId.module(DEVICE, "m3"), SimClient.Head.MQTT));
        clients.add(new SimClient(this, ClientId.leaf("camera"), SimClient.Head.MQTT));
        clients.add(new SimClient(this, ClientId.leaf("doorbell"), SimClient.Head.AMQP));
        faults = new Faults(this);
        time.after(0, this::start);
        time.after(AUDIT_EVERY, this::auditAgain);
        time.after(SimTime.MINUTE, this::callAgain);
    }

    SimTime time() {
        return time;
    }

    FrailDisk disk() {
        return disk;
    }

    Model model() {
        return model;
    }

    SimCloud cloud() {
        return cloud;
    }

    Rules rules() {
        return rules;
    }

    Optional<Life> life() {
        return life;
    }

    List<SimClient> clients() {
        return clients;
    }

    boolean isCalm() {
        return calm;
    }

    void setCalm(boolean isCalm) {
        calm = isCalm;
    }

    /** Between two things that a client does, on average. */
    long pause() {
        return faults.pause();
    }

    StoreLimits limits() {
        return new StoreLimits(24L * Life.SEGMENT, 40L * Life.SEGMENT, false);
    }

    DeadLetters deadLetters() {
        realLetters = disk.deadLetters();
        return letters;
    }

    /** What happens counts for the hash of the run. */
    void trace(long kind, long what) {
        for (long part : new long[] {time.now(), kind, what}) {
            trace = (trace ^ part) * 0x100000001b3L;
        }
    }

    long fingerprint() {
        return trace ^ disk.fingerprint();
    }

    int deaths() {
        return deaths;
    }

    int failures() {
        return failures;
    }

    /** The process ends after so many more steps of it. */
    void dieIn(long steps) {
        dieIn = steps;
    }

    private void diskStep() {
        if (!auditing) {
            faults.diskMoves();
            step();
        }
    }

    void step() {
        if (!auditing && dieIn > 0 && --dieIn == 0) {
            throw new Life.Died();
        }
    }

    /** Everything that happens until then. */
    void run(long until) {
        while (time.next() <= until) {
            try {
                time.runNext();
                // what comes at nearly the same time is one round of the hub's thread
                while (time.next() <= Math.min(until, time.now() + SimTime.SECOND / 1000) && time.chance(0.7)) {
                    time.runNext();
                }
                life.ifPresent(running -> running.hub().endOfRound());
            } catch (Life.Died e) {
                die(faults.powerFails());
            } catch (UncheckedIOException e) {
                fail();
            }
        }
    }

    private void start() {
        if (life.isPresent()) {
            return;
        }
        try {
            Life begun = new Life(this);
            begun.hub().follow(rules.settings(maxBytes));
            life = Optional.of(begun);
            model.lifeBegins(begun.hub().figures());
            if (Model.WATCHED >= 0) {
                System.out.println(
                        time.now() / SimTime.SECOND + " begins " + begun.store().damage());
            }
            trace(4, begun.hub().figures().waiting());
            restartWait = 1;
            audit();
        } catch (IOException | UncheckedIOException e) {
            failures++;
            restartWait = Math.min(300, restartWait * 2);
            time.after(restartWait * SimTime.SECOND, this::start);
        }
    }

    /** Something in the hub has failed: it ends as a role does, and begins anew. */
    private void fail() {
        failures++;
        life.ifPresent(running -> running.store().close());
        end();
        time.after(2 * SimTime.SECOND, this::start);
    }

    void die(boolean power) {
        deaths++;
        dieIn = 0;
        trace(5, power ? 1 : 0);
        if (Model.WATCHED >= 0) {
            System.out.println(time.now() / SimTime.SECOND + " dies, power=" + power);
        }
        end();
        if (power) {
            disk.cutPower();
            faults.boots();
            time.after(
                    time.between(20 * SimTime.SECOND, time.chance(0.1) ? 3 * SimTime.HOUR : 2 * SimTime.MINUTE),
                    this::start);
        } else {
            disk.endProcess();
            time.after(time.between(SimTime.SECOND, 10 * SimTime.SECOND), this::start);
        }
    }

    private void end() {
        life.ifPresent(Life::end);
        life = Optional.empty();
        model.lifeEnded();
        cloud.hubIsGone();
        clients.forEach(SimClient::hubIsGone);
    }

    void follow(Rules newRules, long bytes) {
        rules = newRules;
        maxBytes = bytes;
        life.ifPresent(running -> running.hub().follow(rules.settings(maxBytes)));
    }

    private void auditAgain() {
        time.after(AUDIT_EVERY, this::auditAgain);
        audit();
    }

    void audit() {
        life.ifPresent(running -> {
            // it looks at what is between two rounds
            running.hub().endOfRound();
            auditing = true;
            boolean unreadable = disk.isUnreadable();
            disk.unreadable(false);
            HubFigures figures = running.hub().figures();
            model.audit(running.store(), figures);
            boundedDisk(figures);
            trace(6, figures.delivered() * 31 + figures.waiting());
            disk.unreadable(unreadable);
            auditing = false;
        });
    }

    private void boundedDisk(HubFigures figures) {
        long messages = disk.used("messages/");
        if (messages > figures.diskBytes() + 3L * Life.SEGMENT && time.now() - model.diskTrouble() > SimTime.HOUR) {
            throw new Model.Violation("the store says " + figures.diskBytes() + " bytes and takes " + messages);
        }
        if (figures.diskBytes() > figures.diskLimit() + 3L * Life.SEGMENT
                && time.now() - model.diskTrouble() > SimTime.HOUR) {
            throw new Model.Violation("the store takes " + figures.diskBytes() + " bytes of " + figures.diskLimit());
        }
        if (disk.used("dead-letters") > 3L << 20) {
            throw new Model.Violation("dead letters take " + disk.used("dead-letters") + " bytes");
        }
        if (time.pending() > 100_000) {
            throw new Model.Violation(time.pending() + " timers");
        }
    }

    /** In quiet times all gets through: messages, twins, and to whoever is connected. */
    void nothingIsStuck() {
        audit();
        if (life.isEmpty() || !model.livesFor(SimTime.HOUR)) {
            // the board was without power
            return;
        }
        Set<String> receivers = new HashSet<>();
        for (SimClient client : clients) {
            client.id().module().ifPresent(receivers::add);
            cloud.mail().nothingIsStuck(client.id(), 15 * SimTime.MINUTE);
            if (!client.isConnected()) {
                throw new Model.Violation(client.id() + " is not connected");
            }
            if (client.desiredSeen() != cloud.desiredVersion(client.id())) {
                throw new Model.Violation(client.id() + " knows the desired properties " + client.desiredSeen()
                        + " and the cloud has " + cloud.desiredVersion(client.id()));
            }
            if (client.reportAcknowledged() > cloud.reportedValue(client.id())) {
                throw new Model.Violation(client.id() + " has reported " + client.reportAcknowledged()
                        + " and the cloud knows " + cloud.reportedValue(client.id()));
            }
        }
        model.nothingIsStuck(15 * SimTime.MINUTE, receivers);
    }

    private void callAgain() {
        time.after(time.around(5 * SimTime.MINUTE), this::callAgain);
        life.ifPresent(running -> {
            int[] answers = {0};
            HubClient.MethodCall call = SimCloud.call(++calls);
            ClientId target = clients.get(time.random().nextInt(clients.size())).id();
            time.after(METHOD_PATIENCE, () -> {
                if (running.isRunning() && answers[0] != 1) {
                    throw new Model.Violation("a method call has " + answers[0] + " answers");
                }
            });
            HubEntrance.Patience patience = new HubEntrance.Patience(Duration.ZERO, Duration.ofMinutes(6));
            running.hub().call(target, target, call, patience, answer -> answers[0]++);
        });
    }

    /** The queue of a delivery, as it is called on the disk. */
    String queue(ClientId receiver, HubClient.Delivery delivery) {
        String wanted = "input\n" + receiver.module().orElseThrow() + "\n" + delivery.input();
        return model.queueOf(delivery.message(), wanted);
    }

    String cloudQueue(ClientId sender, Message message) {
        return model.queueOf(
                message, "upstream\n" + sender.device() + "\n" + sender.module().orElse(""));
    }

    private static SharedKey key(ClientId id) {
        return SharedKey.of(("key of " + id).getBytes(StandardCharsets.UTF_8));
    }

    String token(ClientId id) {
        return tokens.computeIfAbsent(
                id,
                name -> SasToken.sign(
                                "hub/devices/" + id.device()
                                        + id.module()
                                                .map(module -> "/modules/" + module)
                                                .orElse(""),
                                key(id),
                                Instant.parse("2040-01-01T00:00:00Z"))
                        .toText());
    }

    ModuleDirectory directory() {
        return new ModuleDirectory() {
            @Override
            public String device() {
                return DEVICE;
            }

            @Override
            public String iotHub() {
                return "hub";
            }

            @Override
            public Optional<Known> find(ClientId id) {
                return Optional.of(new Known("1", key(id)));
            }
        };
    }

    /** The real file, and the model beside it. */
    private final class Letters implements DeadLetters {
        @Override
        public void add(String queue, MessageStore.Entry entry, String reason) {
            realLetters.add(queue, entry, reason);
            if (SimMail.isMail(entry.message())) {
                cloud.mail().settled(entry.message());
            } else {
                model.deadLetter(queue, entry, reason);
            }
        }

        @Override
        public void dropped(String queue, MessageStore.Dropped what, String reason) {
            realLetters.dropped(queue, what, reason);
            model.dropped(queue, what.messages());
        }
    }
}
