package io.edgeagent.simulator.mqtt;

import io.edgeagent.simulator.hub.SimulatedHub;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;

/** The handlers that turn a stream of bytes into a client of the hub. */
public final class MqttPipeline {
    /** Bodies of up to 256 KiB and a topic of up to 64 KiB; the hub's own limit is checked on the two together. */
    private static final int MAX_PACKET_BYTES = MqttConnection.MAX_MESSAGE_BYTES + 0x1_0000 + 16;

    private static final int MAX_CLIENT_ID = 300;

    private MqttPipeline() {}

    public static void addTo(ChannelPipeline pipeline, SimulatedHub hub) {
        pipeline.addLast(new MqttDecoder(MAX_PACKET_BYTES, MAX_CLIENT_ID));
        pipeline.addLast(MqttEncoder.INSTANCE);
        pipeline.addLast(new MqttConnection(hub));
    }
}
