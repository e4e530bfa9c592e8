package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BusDevice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/** Answers what it was told to, in that order, and writes down what it was sent. */
final class FakeBus implements BusDevice {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    final List<String> messages = new ArrayList<>();
    private final Deque<byte[]> answers = new ArrayDeque<>();
    boolean unplugged;
    boolean closed;

    FakeBus answers(String... hex) {
        for (String answer : hex) {
            answers.add(HEX.parseHex(answer));
        }
        return this;
    }

    @Override
    public byte[] transfer(byte[] message, int length) throws IOException {
        if (unplugged) {
            throw new IOException("Remote I/O error");
        }
        if (message.length > 0) {
            messages.add(HEX.formatHex(message));
        }
        return length > 0 ? answers.remove() : new byte[0];
    }

    @Override
    public void close() {
        closed = true;
    }
}
