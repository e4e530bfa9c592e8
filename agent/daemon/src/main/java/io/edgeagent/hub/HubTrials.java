package io.edgeagent.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What a person on the board sees of the hub and tries with it. For the hub's thread. */
public final class HubTrials {
    private final Hub hub;

    /** @param hub that is looked at */
    public HubTrials(Hub hub) {
        this.hub = hub;
    }

    /** Routes with what became of messages, totals and metrics. */
    public ObjectNode routes() {
        return HubReport.routes(hub);
    }

    /** Who is connected, was, or was refused. */
    public ObjectNode clients() {
        return HubReport.clients(hub);
    }

    /**
     * Sends a message in a module's name.
     *
     * @param sender must be known
     * @param contentType empty for none
     * @param stored is told what the routes make of it, once it is on the disk; never if it cannot be stored
     */
    public void send(
            ClientId sender,
            Optional<String> output,
            Map<String, String> properties,
            String contentType,
            String body,
            Consumer<ObjectNode> stored) {
        Map<String, String> system = new LinkedHashMap<>();
        if (!contentType.isEmpty()) {
            system.put(Message.CONTENT_TYPE, contentType);
            system.put(Message.CONTENT_ENCODING, "utf-8");
        }
        Message message =
                new Message(sender, output, system, properties, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        hub.publish(hub.peer(sender), message, () -> stored.accept(HubReport.fate(hub.router(), message)));
    }

    /**
     * Messages that came since. Empty if too many people look.
     *
     * @param id of the look
     * @param after number of the last message that it knows
     */
    public Optional<ObjectNode> listen(
            String id, Optional<String> module, Optional<String> input, Optional<String> route, long after) {
        return hub.taps()
                .after(id, new Taps.Wanted(module, input, route), after)
                .map(HubReport::messages);
    }
}
