package io.edgeagent.adapter.hubnet.mqtt;

import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/**
 * Acknowledgements leave in the order of the messages (MQTT 3.1.1, 4.6), although some are kept sooner than others that came before.
 */
final class AckOrder {
    private final ArrayDeque<Ack> due = new ArrayDeque<>();
    private final IntConsumer send;

    private static final class Ack {
        private final int id;
        private boolean done;

        private Ack(int id) {
            this.id = id;
        }
    }

    /** @param send sends the acknowledgement of a packet's id */
    AckOrder(IntConsumer send) {
        this.send = send;
    }

    /** A message has come. @return to be run once it is kept */
    Runnable expect(int id) {
        Ack ack = new Ack(id);
        due.add(ack);
        return () -> {
            ack.done = true;
            while (!due.isEmpty() && due.peek().done) {
                send.accept(due.poll().id);
            }
        };
    }
}
