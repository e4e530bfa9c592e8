package io.edgeagent.hub;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages from the cloud to one leaf device. The cloud keeps each of them until the device has acknowledged it: here they are only
 * passed on, so nothing is lost if the board loses its power, and what the link's loss takes away comes again.
 */
final class CloudMail {
    private static final Logger LOG = LoggerFactory.getLogger(CloudMail.class);
    /** IoT Hub keeps as many for a device. */
    private static final int MOST = 50;
    /** As often IoT Hub gives one to a device, unless it is set otherwise there. */
    static final int MOST_ATTEMPTS = 10;

    private final HubRuntime runtime;
    private final DeadLetters deadLetters;
    private final ClientId id;
    /** By their tags, and so in the order of arrival. */
    private final NavigableMap<Long, Message> waiting = new TreeMap<>();

    private final Map<Long, Message> given = new TreeMap<>();
    private final Map<Long, Integer> released = new HashMap<>();
    private Optional<HubClient> client = Optional.empty();

    CloudMail(HubRuntime runtime, DeadLetters deadLetters, ClientId id) {
        this.runtime = runtime;
        this.deadLetters = deadLetters;
        this.id = id;
    }

    /** @param tag of the link, for the acknowledgement */
    void arrived(long tag, Message message, UpstreamLinks.Link link) {
        if (waiting.size() + given.size() < MOST) {
            waiting.put(tag, message);
            pump(link);
        }
    }

    void listens(HubClient listener, Optional<UpstreamLinks.Link> link) {
        client = Optional.of(listener);
        link.ifPresent(this::pump);
    }

    /** What the client has not acknowledged goes to the next one. */
    void isAway() {
        client = Optional.empty();
        waiting.putAll(given);
        given.clear();
    }

    /**
     * The client has said what becomes of one. IoT Hub cannot be told by MQTT that a device does not want a message: such a message
     * is put aside here, and done with there.
     */
    void delivered(long tag, HubSession.Outcome outcome, Optional<UpstreamLinks.Link> link) {
        if (!given.containsKey(tag) || link.isEmpty()) {
            return;
        }
        switch (outcome) {
            case ACCEPTED -> done(tag, link.get());
            case REJECTED -> putAside(tag, "the device rejected it", link.get());
            default -> {
                if (released.merge(tag, 1, Integer::sum) < MOST_ATTEMPTS) {
                    waiting.put(tag, given.remove(tag));
                } else {
                    putAside(tag, "the device released it " + MOST_ATTEMPTS + " times", link.get());
                }
            }
        }
        pump(link.get());
    }

    private void putAside(long tag, String reason, UpstreamLinks.Link link) {
        Message message = given.get(tag);
        long now = runtime.wallClock().map(Instant::toEpochMilli).orElse(0L);
        deadLetters.add(
                "messages from the cloud to " + id,
                new MessageStore.Entry(tag, message.size(), now, -1, message),
                reason);
        done(tag, link);
    }

    private void done(long tag, UpstreamLinks.Link link) {
        given.remove(tag);
        released.remove(tag);
        link.cloudMessageDone(tag);
    }

    /** The cloud sends again what it has not heard of. */
    void linkLost() {
        waiting.clear();
        given.clear();
        released.clear();
    }

    /** Gives the client as many as it takes. */
    void pump(UpstreamLinks.Link link) {
        while (client.isPresent() && client.get().room() > 0 && !waiting.isEmpty()) {
            Map.Entry<Long, Message> first = waiting.pollFirstEntry();
            if (isExpired(first.getValue())) {
                LOG.info("event=cloud_message_expired client={}", id);
                released.remove(first.getKey());
                link.cloudMessageDone(first.getKey());
            } else {
                given.put(first.getKey(), first.getValue());
                client.get().deliverFromCloud(first.getKey(), first.getValue());
            }
        }
    }

    private boolean isExpired(Message message) {
        Optional<String> end = Optional.ofNullable(message.system().get("absolute-expiry-time"));
        try {
            return runtime.wallClock().isPresent()
                    && end.isPresent()
                    && Instant.parse(end.get()).isBefore(runtime.wallClock().get());
        } catch (DateTimeException e) {
            // in a form that the device may understand
            return false;
        }
    }
}
