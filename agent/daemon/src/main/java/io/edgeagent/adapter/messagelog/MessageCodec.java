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

/** A message with its targets as bytes. What was written by an older version stays readable: new fields come with a new record type. */
final class MessageCodec {
    private MessageCodec() {}

    /** The head of a record: all but the message, which is read when it is needed. */
    record Head(long sequence, long storedAt, List<Target> targets) {}

    static ByteBuffer encode(long sequence, long storedAt, List<Target> targets, Message message) {
        List<byte[]> texts = new ArrayList<>();
        targets.forEach(target -> texts.add(utf8(target.queue())));
        int size = 8 + 8 + 4 + targets.size() * 12;
        List<byte[]> parts = new ArrayList<>();
        parts.add(utf8(message.sender().device()));
        parts.add(utf8(message.sender().module().orElse("")));
        parts.add(utf8(message.output().orElse("")));
        size += 2; // which of the two optional texts are there
        Map<String, String> system = new LinkedHashMap<>(message.system());
        system.remove(Message.SENDER_DEVICE);
        system.remove(Message.SENDER_MODULE);
        system.remove(Message.OUTPUT);
        for (Map<String, String> properties : List.of(system, message.application())) {
            size += 4;
            properties.forEach((name, value) -> {
                parts.add(utf8(name));
                parts.add(utf8(value));
            });
        }
        ByteBuffer body = message.bytes();
        size += texts.stream().mapToInt(text -> text.length).sum();
        size += parts.stream().mapToInt(part -> 4 + part.length).sum();
        size += body.remaining();
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putLong(sequence).putLong(storedAt).putInt(targets.size());
        for (int i = 0; i < targets.size(); i++) {
            put(out, texts.get(i));
            out.putLong(targets.get(i).timeToLive());
        }
        out.put((byte) (message.sender().module().isPresent() ? 1 : 0));
        out.put((byte) (message.output().isPresent() ? 1 : 0));
        for (int i = 0; i < 3; i++) {
            put(out, parts.get(i));
        }
        out.putInt(system.size());
        int next = 3;
        for (; next < 3 + 2 * system.size(); next++) {
            put(out, parts.get(next));
        }
        out.putInt(message.application().size());
        for (; next < parts.size(); next++) {
            put(out, parts.get(next));
        }
        return out.put(body).flip();
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

    private static void put(ByteBuffer out, byte[] text) {
        out.putInt(text.length).put(text);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        String text =
                StandardCharsets.UTF_8.decode(in.slice(in.position(), length)).toString();
        in.position(in.position() + length);
        return text;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
