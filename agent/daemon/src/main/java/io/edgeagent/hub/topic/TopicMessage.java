package io.edgeagent.hub.topic;

import java.nio.ByteBuffer;

/**
 * A message to a plain topic.
 *
 * @param payload a buffer of its own that nobody changes; its position stays
 * @param qos 0 or 1
 */
public record TopicMessage(String topic, ByteBuffer payload, int qos, boolean retain) {}
