package io.edgeagent.hub.topic;

import io.edgeagent.adapter.messagelog.FrailDisk;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** The broker of plain topics on a disk in memory, with a clock that is moved. */
final class TopicRig implements HubRuntime {
    static final String ALL =
            statement("\"local\", \"board/module\", \"other\"", "\"mqtt:publish\",\"mqtt:subscribe\"", "#");

    final FrailDisk disk;
    final List<String> routed = new ArrayList<>();
    TopicBroker broker;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long nanos = 1_000_000_000L;
    private long order;
    private String rules;

    private record Timer(long at, long order, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** @param rules statements, with commas between */
    TopicRig(String rules) throws IOException {
        this(rules, 1);
    }

    TopicRig(String rules, long seed) throws IOException {
        this.disk = new FrailDisk(new Random(seed));
        this.rules = rules;
        start();
    }

    static String statement(String identities, String operations, String resource) {
        return "{\"identities\":[" + identities + "],\"allow\":[{\"operations\":[" + operations + "],\"resources\":[\""
                + resource + "\"]}]}";
    }

    private void start() throws IOException {
        timers.clear();
        broker = new TopicBroker(this, disk.documents(), new Store(), (sender, message, taken) -> {
            routed.add(sender + " " + message.topic());
            return false;
        });
        follow(rules);
    }

    List<String> follow(String statements) throws IOException {
        rules = statements;
        return broker.follow(
                Json.MAPPER.readTree("{\"mqttBroker\":{\"authorizations\":[" + statements + "]}}"),
                "board",
                "hub.example");
    }

    /** The process ends without a word and starts again. */
    void kill() throws IOException {
        disk.endProcess();
        start();
    }

    /** The power goes and comes back. */
    void cutPower() throws IOException {
        disk.cutPower();
        start();
    }

    /** The hub is stopped in order and started again. */
    void restart() throws IOException {
        broker.close();
        disk.endProcess();
        start();
    }

    void round() {
        pass(Duration.ZERO);
    }

    void pass(Duration time) {
        long end = nanos + time.toNanos();
        broker.endOfRound();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            Timer timer = timers.poll();
            nanos = Math.max(nanos, timer.at());
            timer.action().run();
            broker.endOfRound();
        }
        nanos = end;
    }

    Client local(String id, boolean clean) {
        return connect(TopicIdentity.local("local", id), clean, Optional.empty());
    }

    Client connect(TopicIdentity identity, boolean clean, Optional<TopicMessage> will) {
        Client client = new Client();
        client.seat = broker.enter(identity, clean, will.map(TopicBroker.Will::new), client);
        client.seat.pump();
        return client;
    }

    static TopicIdentity module() {
        return TopicIdentity.of(ClientId.module("board", "module"));
    }

    static TopicMessage message(String topic, String text, int qos, boolean retain) {
        return new TopicMessage(topic, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), qos, retain);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Optional<Instant> wallClock() {
        return Optional.empty();
    }

    @Override
    public Cancellation after(Duration delay, Runnable action) {
        Timer timer = new Timer(nanos + delay.toNanos(), order++, action);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    private final class Store implements TopicStore {
        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public MessageStore openRetained() throws IOException {
            return disk.messages("retained", 64 << 10);
        }

        @Override
        public MessageStore openWaiting() throws IOException {
            return disk.messages("waiting", 64 << 10);
        }
    }

    /** A client that keeps what it is given. */
    final class Client implements TopicClient {
        final List<String> heard = new ArrayList<>();
        final List<Long> tags = new ArrayList<>();
        TopicSeat seat;
        String closed = "";
        int room = 20;
        boolean slow;
        int taken;

        int subscribe(String filter, int qos) {
            int code = seat.subscribe(filter, qos);
            seat.save();
            seat.pump();
            return code;
        }

        /** @return why not; empty if it may */
        Optional<String> publish(String topic, String text, int qos, boolean retain) {
            Optional<String> refusal = seat.publish(message(topic, text, qos, retain), () -> taken++);
            round();
            return refusal;
        }

        void acknowledgeAll() {
            List<Long> all = List.copyOf(tags);
            tags.clear();
            room += all.size();
            all.forEach(seat::acknowledged);
        }

        @Override
        public void deliver(long tag, TopicMessage message, boolean again) {
            heard.add(message.topic() + " "
                    + StandardCharsets.UTF_8.decode(message.payload().duplicate())
                    + (message.qos() == 1 ? " q1" : "") + (message.retain() ? " r" : "") + (again ? " again" : ""));
            if (message.qos() == 1) {
                room--;
                tags.add(tag);
            }
        }

        @Override
        public int room() {
            return slow ? 0 : room;
        }

        @Override
        public boolean isSlow() {
            return slow;
        }

        @Override
        public String origin() {
            return "mqtt 127.0.0.1:1";
        }

        @Override
        public void close(String reason) {
            closed = reason;
        }
    }
}
