package io.edgeagent.adapter.hubnet;

import io.edgeagent.adapter.hubnet.mqtt.MqttServerConnection;
import io.edgeagent.adapter.messagelog.FolderDocuments;
import io.edgeagent.adapter.messagelog.MessageLog;
import io.edgeagent.adapter.messagelog.TopicFolder;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.Hub;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.HubSettings;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.SharedLinks;
import io.edgeagent.hub.StoreLimits;
import io.edgeagent.hub.UpstreamLinks;
import io.edgeagent.hub.topic.LocalClients;
import io.edgeagent.hub.topic.PasswordHash;
import io.edgeagent.hub.topic.TopicBroker;
import io.edgeagent.hub.topic.TopicIdentity;
import io.edgeagent.hub.topic.TopicMessage;
import io.edgeagent.model.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Plain topics of a hub with real sockets, without TLS, and a real disk; the cloud is a list. For tests. */
final class TopicLab implements AutoCloseable {
    private static final ClientId OWN = ClientId.module(HubLab.DEVICE, "$edgeHub");

    final List<Message> received = new CopyOnWriteArrayList<>();
    private final EventLoop loop = new EventLoop(System::nanoTime);
    private final MessageLog store;
    private final Hub hub;
    private final TopicBroker broker;
    private final Listener listener;
    private final Thread thread;

    /** @param edgeHub desired properties of {@code $edgeHub} */
    TopicLab(Path folder, String edgeHub, Map<String, String> passwords) throws Exception {
        store = MessageLog.open(folder.resolve("messages"));
        FolderDocuments documents = new FolderDocuments(folder.resolve("clients"));
        HubRuntime runtime = new LoopTime();
        SharedLinks links = new SharedLinks((id, client) -> new CloudLink(client), OWN);
        hub = new Hub(
                runtime,
                store,
                documents,
                links,
                new NoLetters(),
                new LabDirectory(Map.of()),
                new Hub.Limits(100, StoreLimits.of(100_000_000)));
        broker = new TopicBroker(runtime, documents, new TopicFolder(folder.resolve("topics")), this::toRoutes);
        hub.follow(HubSettings.parse(Json.MAPPER.readTree(edgeHub)));
        broker.follow(Json.MAPPER.readTree(edgeHub), HubLab.DEVICE, "hub.example");
        loop.atRoundEnd(broker::endOfRound);
        loop.atRoundEnd(hub::endOfRound);
        Map<String, PasswordHash> hashes = new java.util.HashMap<>();
        passwords.forEach((name, password) -> hashes.put(
                name,
                password.startsWith("$7$") ? PasswordHash.ofMosquitto(password) : PasswordHash.ofPassword(password)));
        LocalClients local = new LocalClients(runtime, new LocalClients.Threads(loop, Runnable::run), hashes);
        listener = new Listener(
                loop,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ConnectionLimit(loop, ConnectionLimit.MOST_CONNECTIONS),
                Optional.empty(),
                () -> MqttServerConnection.withTopics(loop, hub, broker, local));
        thread = new Thread(() -> {
            try {
                loop.run();
                loop.release();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
    }

    private boolean toRoutes(TopicIdentity sender, TopicMessage message, Runnable taken) {
        Optional<String> client = sender.iot().isPresent() ? Optional.empty() : Optional.of(sender.name());
        return hub.publishTopic(
                Message.ofTopic(sender.iot().orElse(OWN), client, message.topic(), message.payload()), taken);
    }

    int port() throws Exception {
        return listener.address().getPort();
    }

    @Override
    public void close() {
        loop.close();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        broker.close();
        store.close();
    }

    private final class LoopTime implements HubRuntime {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.of(Instant.now());
        }

        @Override
        public Cancellation after(Duration delay, Runnable action) {
            return loop.schedule(delay, action)::cancel;
        }
    }

    private static final class NoLetters implements DeadLetters {
        @Override
        public void add(String queue, MessageStore.Entry entry, String reason) {}

        @Override
        public void dropped(String queue, MessageStore.Dropped what, String reason) {}
    }

    private final class CloudLink implements UpstreamLinks.Link {
        private final UpstreamLinks.Listener client;

        private CloudLink(UpstreamLinks.Listener client) {
            this.client = client;
        }

        @Override
        public void send(long tag, Message message) {
            received.add(message);
            loop.execute(() -> client.sent(tag));
        }

        @Override
        public boolean isUp() {
            return true;
        }

        @Override
        public void getTwin() {
            loop.execute(
                    () -> client.twin(Optional.of("{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}")));
        }

        @Override
        public void report(String patch) {
            loop.execute(() -> client.reported(true, ""));
        }

        @Override
        public void methodAnswered(String callId, int status, String payload) {}

        @Override
        public void wantMethods(boolean wanted) {}

        @Override
        public void close() {}
    }
}
