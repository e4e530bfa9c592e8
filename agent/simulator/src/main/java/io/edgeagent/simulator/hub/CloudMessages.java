package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.Topics;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/** Messages from the cloud to devices: kept until the device confirms, sent again after a reconnect. */
public final class CloudMessages {
    /** IoT Hub quotas: a device has at most 50 pending messages, each up to 64 KB. */
    private static final int MAX_PENDING = 50;

    private static final int MAX_BYTES = 64 * 1024;

    private final Registry registry;
    private final Map<ClientConnection, Set<CloudMessage>> inFlight = new WeakHashMap<>();

    CloudMessages(Registry registry) {
        this.registry = registry;
    }

    /** Queues a message. @throws HubException 403 if the device's queue is full, 413 if the message is too large */
    public void send(IdentityName device, CloudMessage message) {
        Identity identity = registry.get(device);
        if (message.body().length > MAX_BYTES) {
            throw new HubException(HubError.TOO_LARGE, "A message to a device has at most " + MAX_BYTES + " bytes.");
        }
        if (identity.cloudMessages().size() >= MAX_PENDING) {
            throw new HubException(
                    HubError.QUEUE_DEPTH_EXCEEDED, "Device " + device + " has " + MAX_PENDING + " messages pending.");
        }
        identity.cloudMessages().add(message);
        registry.save(identity);
        deliver(identity);
    }

    /** Drops what is pending. Returns how many messages that were. */
    public int purge(IdentityName device) {
        Identity identity = registry.get(device);
        int pending = identity.cloudMessages().size();
        identity.cloudMessages().clear();
        registry.save(identity);
        return pending;
    }

    void deliver(Identity identity) {
        String deviceId = identity.name().deviceId();
        for (CloudMessage message : identity.cloudMessages()) {
            String topic = Topics.cloudToDevice(deviceId, message.bag(deviceId));
            identity.listener(topic).ifPresent(client -> {
                if (inFlight.computeIfAbsent(client, unused -> new HashSet<>()).add(message)) {
                    client.publish(topic, message.body(), () -> complete(identity, message));
                }
            });
        }
    }

    private void complete(Identity identity, CloudMessage message) {
        if (identity.cloudMessages().remove(message)) {
            registry.save(identity);
        }
    }
}
