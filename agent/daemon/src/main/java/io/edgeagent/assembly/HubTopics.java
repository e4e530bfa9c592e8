package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.mqtt.MqttServerConnection;
import io.edgeagent.adapter.messagelog.TopicFolder;
import io.edgeagent.config.TopicsConfig;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Hub;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.topic.LocalClients;
import io.edgeagent.hub.topic.PasswordHash;
import io.edgeagent.hub.topic.TopicBroker;
import io.edgeagent.hub.topic.TopicIdentity;
import io.edgeagent.hub.topic.TopicMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The plain topics of a running hub. For the hub's thread. */
final class HubTopics {
    private final Hub hub;
    private final HubDirectory directory;
    private final TopicBroker broker;
    private final LocalClients local;
    private final List<TopicsConfig.Place> places;

    /** @param threads for passwords */
    HubTopics(
            HubRuntime runtime,
            LocalClients.Threads threads,
            Hub hub,
            HubDirectory directory,
            HubDocuments documents,
            Path folder,
            TopicsConfig config)
            throws IOException {
        this.hub = hub;
        this.directory = directory;
        this.places = config.plain();
        this.local = new LocalClients(runtime, threads, passwords(config));
        this.broker = new TopicBroker(runtime, documents, new TopicFolder(folder), this::toRoutes);
        hub.alsoThere(broker::describe);
    }

    private static Map<String, PasswordHash> passwords(TopicsConfig config) {
        Map<String, PasswordHash> passwords = new HashMap<>();
        config.clients()
                .forEach((name, secret) -> passwords.put(
                        name,
                        secret.hashed()
                                ? PasswordHash.ofMosquitto(secret.text())
                                : PasswordHash.ofPassword(secret.text())));
        return passwords;
    }

    /** A message to a plain topic: as its sender's, if that has an identity, else as the hub's own. */
    private boolean toRoutes(TopicIdentity sender, TopicMessage message, Runnable taken) {
        Optional<String> client = sender.iot().isPresent() ? Optional.empty() : Optional.of(sender.name());
        ClientId from = sender.iot().orElseGet(() -> ClientId.module(directory.device(), "$edgeHub"));
        return hub.publishTopic(Message.ofTopic(from, client, message.topic(), message.payload()), taken);
    }

    /** @return what is wrong with the authorisations, in words */
    List<String> follow(ObjectNode desired) {
        return broker.follow(desired, directory.device(), directory.iotHub());
    }

    Wire.Reader connection(EventLoop loop) {
        return MqttServerConnection.withTopics(loop, hub, broker, local);
    }

    /** Where MQTT is spoken without TLS. */
    List<HubPorts.Head> plain(Supplier<Wire.Reader> mqtt) {
        return places.stream()
                .map(place -> new HubPorts.Head(place.port(), mqtt, Optional.of(new HubPorts.Plain(place.address()))))
                .toList();
    }

    void endOfRound() {
        broker.endOfRound();
    }

    void close() {
        broker.close();
    }
}
