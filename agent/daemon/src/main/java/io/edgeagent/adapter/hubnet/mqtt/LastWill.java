package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubSession;
import io.edgeagent.protocol.ClientTopic;
import io.edgeagent.protocol.PropertyBag;
import io.edgeagent.protocol.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The will of a module, as telemetry (hub contract 4.1). */
final class LastWill {
    private static final Logger LOG = LoggerFactory.getLogger(LastWill.class);

    private LastWill() {}

    static void publish(HubSession open, Packet.Will will) {
        try {
            if (ClientTopic.parse(will.topic()) instanceof ClientTopic.Telemetry telemetry
                    && new ClientId(telemetry.deviceId(), telemetry.moduleId()).equals(open.id())) {
                PropertyBag bag = telemetry.properties().with("MessageType", "Will");
                open.publish(MessageBag.message(open.id(), bag, will.payload()), () -> {});
                return;
            }
            LOG.warn("event=will_dropped client={} reason=\"its topic is not the client's own\"", open.id());
        } catch (ProtocolException | IllegalArgumentException e) {
            LOG.warn("event=will_dropped client={} reason=\"{}\"", open.id(), e.getMessage());
        }
    }
}
