package io.edgeagent.hub;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    private final HubRuntime runtime;
    private final ClientId id;
    private final Map<Long, Message> waiting = new LinkedHashMap<>();
    private final Map<Long, Message> given = new LinkedHashMap<>();
    private Optional<HubClient> client = Optional.empty();

    CloudMail(HubRuntime runtime, ClientId id) {
        this.runtime = runtime;
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
        Map<Long, Message> again = new LinkedHashMap<>(given);
        again.putAll(waiting);
        given.clear();
        waiting.clear();
        waiting.putAll(again);
    }

    /** @param accepted false if the client wants it again: after another connection of its own, or of the link */
    void delivered(long tag, boolean accepted, Optional<UpstreamLinks.Link> link) {
        if (given.containsKey(tag) && accepted) {
            given.remove(tag);
            link.ifPresent(open -> open.cloudMessageDone(tag));
            link.ifPresent(this::pump);
        }
    }

    /** The cloud sends again what it has not heard of. */
    void linkLost() {
        waiting.clear();
        given.clear();
    }

    private void pump(UpstreamLinks.Link link) {
        while (client.isPresent() && client.get().room() > 0 && !waiting.isEmpty()) {
            Map.Entry<Long, Message> first = waiting.entrySet().iterator().next();
            waiting.remove(first.getKey());
            if (isExpired(first.getValue())) {
                LOG.info("event=cloud_message_expired client={}", id);
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
