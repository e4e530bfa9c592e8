package io.edgeagent.hub.world;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Messages from the cloud to devices, as the IoT Hub keeps them: each until somebody says that it is done with. That may be said only
 * once the device has taken or refused it for good.
 */
final class SimMail {
    static final String NUMBER = "mail";
    /** IoT Hub keeps as many for a device. */
    private static final int MOST = 50;

    private final SimTime time;
    private final Map<ClientId, Map<Long, Letter>> waiting = new TreeMap<>();
    private final Set<Long> settled = new TreeSet<>();
    private long numbers;
    private long done;

    /** @param at when it was sent */
    private record Letter(Message message, long at) {}

    SimMail(SimTime time) {
        this.time = time;
    }

    /** @return its number; empty if the IoT Hub has too many for that device already */
    Optional<Long> send(ClientId device) {
        Map<Long, Letter> letters = waiting.computeIfAbsent(device, id -> new LinkedHashMap<>());
        if (letters.size() >= MOST) {
            return Optional.empty();
        }
        long number = ++numbers;
        Message message = new Message(
                device, Optional.empty(), Map.of(), Map.of(NUMBER, String.valueOf(number)), ByteBuffer.allocate(10));
        letters.put(number, new Letter(message, time.now()));
        return Optional.of(number);
    }

    /** What waits for a device, in order. */
    Map<Long, Message> of(ClientId device) {
        Map<Long, Message> messages = new LinkedHashMap<>();
        waiting.getOrDefault(device, Map.of()).forEach((number, letter) -> messages.put(number, letter.message()));
        return messages;
    }

    static boolean isMail(Message message) {
        return message.application().containsKey(NUMBER);
    }

    private static long number(Message message) {
        return Long.parseLong(Rules.property(message, NUMBER));
    }

    /** The hub knows that the device has taken it, or will never; or has put it aside. */
    void settled(Message message) {
        settled.add(number(message));
    }

    /** The hub says that it is done with. */
    void saysDone(long number) {
        if (!settled.contains(number)) {
            throw new Model.Violation(
                    "message " + number + " from the cloud is done with, and the device did not have it");
        }
    }

    void isDone(ClientId device, long number) {
        if (waiting.getOrDefault(device, Map.of()).remove(number) != null) {
            done++;
            settled.remove(number);
        }
    }

    long done() {
        return done;
    }

    void nothingIsStuck(ClientId device, long patience) {
        waiting.getOrDefault(device, Map.of()).forEach((number, letter) -> {
            if (time.now() - letter.at() > patience) {
                throw new Model.Violation("message " + number + " from the cloud to " + device + " is stuck");
            }
        });
    }
}
