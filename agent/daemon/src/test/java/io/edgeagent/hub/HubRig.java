package io.edgeagent.hub;

import io.edgeagent.adapter.messagelog.FrailDisk;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** The hub's core on a disk in memory, with a clock that is moved and a cloud that is told what to do. */
final class HubRig implements HubRuntime {
    static final int SEGMENT = 8 * 1024;
    private static final SharedKey KEY = SharedKey.of("key".getBytes(StandardCharsets.UTF_8));
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    final FrailDisk disk = new FrailDisk(new Random(1));
    final Hub hub;
    final List<FakeLink> links = new ArrayList<>();
    final List<String> dead = new ArrayList<>();
    final List<ModuleDirectory.Occasion> looks = new ArrayList<>();
    Map<ClientId, ModuleDirectory.Known> below = Map.of(ClientId.leaf("camera"), new ModuleDirectory.Known("1", KEY));
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long nanos = 1_000_000_000L;
    private long order;

    private record Timer(long at, long order, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    HubRig(StoreLimits limits, String routes) throws IOException, HubSettings.Refused {
        hub = new Hub(
                this,
                disk.messages(SEGMENT),
                disk.documents(),
                this::link,
                new Letters(),
                new Directory(),
                new Hub.Limits(10, limits));
        follow(routes);
    }

    void follow(String routes) throws IOException, HubSettings.Refused {
        hub.follow(HubSettings.parse(Json.MAPPER.readTree("{\"schemaVersion\":\"1.0\",\"routes\":{" + routes + "}}")));
    }

    UpstreamLinks.Link link(ClientId id, UpstreamLinks.Listener listener) {
        FakeLink link = new FakeLink(listener);
        links.add(link);
        return link;
    }

    void pass(Duration time) {
        long end = nanos + time.toNanos();
        hub.endOfRound();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            Timer timer = timers.poll();
            nanos = Math.max(nanos, timer.at());
            timer.action().run();
            hub.endOfRound();
        }
        nanos = end;
    }

    FakeClient connect(String module) {
        return connect(ClientId.module("board", module));
    }

    FakeClient connect(ClientId id) {
        FakeClient client = new FakeClient();
        String resource = "hub/devices/" + id.toString().replace("/", "/modules/");
        String token =
                SasToken.sign(resource, KEY, NOON.plus(Duration.ofDays(999))).toText();
        client.session = hub.connect(id, token, false, "", client).session().orElseThrow();
        return client;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Optional<Instant> wallClock() {
        return Optional.of(NOON.plusNanos(nanos));
    }

    @Override
    public Cancellation after(Duration delay, Runnable action) {
        Timer timer = new Timer(nanos + delay.toNanos(), order++, action);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** A module that keeps what it is given. */
    static final class FakeClient implements HubClient {
        final List<Delivery> deliveries = new ArrayList<>();
        final List<Long> fromCloud = new ArrayList<>();
        HubSession session;
        String closed = "";
        int room = 8;
        int taken;

        void publish(int bytes) {
            session.publish(
                    new Message(session.id(), Optional.of("out"), Map.of(), Map.of(), ByteBuffer.allocate(bytes)),
                    () -> taken++);
        }

        @Override
        public void deliver(Delivery delivery) {
            room--;
            deliveries.add(delivery);
        }

        @Override
        public void deliverFromCloud(long tag, Message message) {
            fromCloud.add(tag);
        }

        @Override
        public void invoke(MethodCall call) {}

        @Override
        public void desiredChanged(String patch, long version) {}

        @Override
        public void twinAnswered(TwinAnswer answer) {}

        @Override
        public int room() {
            return room;
        }

        @Override
        public void close(String reason) {
            closed = reason;
        }
    }

    /** A link to the cloud that is up from the first moment, and answers when it is told. */
    static final class FakeLink implements UpstreamLinks.Link {
        final UpstreamLinks.Listener listener;
        final List<Long> sent = new ArrayList<>();
        final List<Long> done = new ArrayList<>();
        boolean cloudMessagesWanted;
        int twinsAsked;
        boolean closed;

        FakeLink(UpstreamLinks.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void send(long tag, Message message) {
            sent.add(tag);
        }

        @Override
        public boolean isUp() {
            return !closed;
        }

        @Override
        public void getTwin() {
            twinsAsked++;
        }

        @Override
        public void report(String patch) {}

        @Override
        public void methodAnswered(String callId, int status, String payload) {}

        @Override
        public void wantMethods(boolean wanted) {}

        @Override
        public void wantCloudMessages(boolean wanted) {
            cloudMessagesWanted = wanted;
        }

        @Override
        public void cloudMessageDone(long tag) {
            done.add(tag);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final class Letters implements DeadLetters {
        @Override
        public void add(String queue, MessageStore.Entry entry, String reason) {
            dead.add(queue + ": " + reason);
        }

        @Override
        public void dropped(String queue, MessageStore.Dropped what, String reason) {
            dead.add(queue + ": " + what.messages() + ", " + reason);
        }
    }

    private final class Directory implements ModuleDirectory {
        @Override
        public String device() {
            return "board";
        }

        @Override
        public String iotHub() {
            return "hub";
        }

        @Override
        public Optional<Known> find(ClientId id) {
            return id.device().equals(device()) ? Optional.of(new Known("1", KEY)) : Optional.ofNullable(below.get(id));
        }

        @Override
        public void look(Occasion occasion) {
            looks.add(occasion);
        }
    }
}
