package io.edgeagent.adapter.hubnet.mqtt;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** An MQTT 3.1.1 control packet (OASIS standard, chapter 3). */
sealed interface Packet {
    /**
     * @param protocolLevel 4 for MQTT 3.1.1
     * @param keepAliveSeconds 0 for none
     */
    record Connect(
            String protocolName,
            int protocolLevel,
            boolean cleanSession,
            int keepAliveSeconds,
            String clientId,
            Optional<Will> will,
            Optional<String> userName,
            Optional<ByteBuffer> password)
            implements Packet {}

    record Will(String topic, ByteBuffer payload, int qos, boolean retain) {}

    /** @param code 0 accepted, 1 protocol level, 2 client id, 3 not available, 4 user name or password, 5 not authorised */
    record ConnAck(boolean sessionPresent, int code) implements Packet {}

    /** @param id only for QoS 1 and 2 */
    record Publish(boolean duplicate, int qos, boolean retain, String topic, int id, ByteBuffer payload)
            implements Packet {}

    record PubAck(int id) implements Packet {}

    /** PUBREC, PUBREL and PUBCOMP: of QoS 2, which IoT Hub does not have. */
    record OfQosTwo(int type) implements Packet {}

    record Subscribe(int id, List<Filter> filters) implements Packet {}

    record Filter(String topic, int qos) {}

    /** @param codes the granted QoS each, or 0x80 for a filter that is refused */
    record SubAck(int id, List<Integer> codes) implements Packet {}

    record Unsubscribe(int id, List<String> topics) implements Packet {}

    record UnsubAck(int id) implements Packet {}

    record PingReq() implements Packet {}

    record PingResp() implements Packet {}

    record Disconnect() implements Packet {}
}
