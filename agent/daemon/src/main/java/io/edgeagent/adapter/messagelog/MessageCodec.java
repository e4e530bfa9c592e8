package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore.Target;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A message with its targets as bytes. What was written by an older version stays readable: new fields come with a new record type. */
final class MessageCodec {
    /** Two numbers of 8 bytes, three of 4, and two flags. */
    private static final int FIXED = 2 * Long.BYTES + 3 * Integer.BYTES + 2;

    private static final Set<String> OF_SENDER = Set.of(Message.SENDER_DEVICE, Message.SENDER_MODULE, Message.OUTPUT);

    private MessageCodec() {}

    /** The head of a record: all but the message, which is read when it is needed. */
    record Head(long sequence, long storedAt, List<Target> targets) {}

    static ByteBuffer encode(long sequence, long storedAt, List<Target> targets, Message message) {
        ByteBuffer body = message.bytes();
        int most = FIXED
                + body.remaining()
                + most(message.sender().device())
                + most(message.sender().module())
                + most(message.output());
        for (Target target : targets) {
            most += most(target.queue()) + Long.BYTES;
        }
        for (Map<String, String> properties : List.of(message.system(), message.application())) {
            for (Map.Entry<String, String> property : properties.entrySet()) {
                most += most(property.getKey()) + most(property.getValue());
            }
        }
        ByteBuffer out = ByteBuffer.allocate(most);
        out.putLong(sequence).putLong(storedAt).putInt(targets.size());
        for (Target target : targets) {
            put(out, target.queue());
            out.putLong(target.timeToLive());
        }
        out.put((byte) (message.sender().module().isPresent() ? 1 : 0));
        out.put((byte) (message.output().isPresent() ? 1 : 0));
        put(out, message.sender().device());
        put(out, message.sender().module().orElse(""));
        put(out, message.output().orElse(""));
        putProperties(out, message.system());
        putProperties(out, message.application());
        return out.put(body).flip();
    }

    /** Bytes that a text may have, its length included: three for a character, as those with four are two characters. */
    private static int most(String text) {
        return Integer.BYTES + 3 * text.length();
    }

    private static int most(Optional<String> text) {
        return most(text.orElse(""));
    }

    /** What the sender's id says is not written again. */
    private static void putProperties(ByteBuffer out, Map<String, String> properties) {
        int countAt = out.position();
        int count = 0;
        out.putInt(0);
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (!OF_SENDER.contains(property.getKey())) {
                put(out, property.getKey());
                put(out, property.getValue());
                count++;
            }
        }
        out.putInt(countAt, count);
    }

    /** @throws BufferUnderflowException if it is shorter than its content; a checksum keeps that from happening */
    static Head head(ByteBuffer in) {
        long sequence = in.getLong();
        long storedAt = in.getLong();
        int count = in.getInt();
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            targets.add(new Target(text(in), in.getLong()));
        }
        return new Head(sequence, storedAt, targets);
    }

    /** What follows the head. */
    static Message message(ByteBuffer in) {
        boolean hasModule = in.get() == 1;
        boolean hasOutput = in.get() == 1;
        String device = text(in);
        String module = text(in);
        String output = text(in);
        Map<String, String> system = properties(in);
        Map<String, String> application = properties(in);
        return new Message(
                new ClientId(device, hasModule ? Optional.of(module) : Optional.empty()),
                hasOutput ? Optional.of(output) : Optional.empty(),
                system,
                application,
                in.slice());
    }

    private static Map<String, String> properties(ByteBuffer in) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            String name = text(in);
            properties.put(name, text(in));
        }
        return properties;
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
