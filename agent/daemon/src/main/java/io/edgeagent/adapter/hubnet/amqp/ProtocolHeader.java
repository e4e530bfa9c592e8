package io.edgeagent.adapter.hubnet.amqp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What each side sends first: which layer comes next (AMQP 1.0, 2.2 and 5.3.2). */
enum ProtocolHeader {
    AMQP("AMQP\0\1\0\0"),
    SASL("AMQP\3\1\0\0");

    static final int LENGTH = 8;

    private final String text;

    ProtocolHeader(String text) {
        this.text = text;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes {@link #LENGTH} bytes; empty if they are something else. */
    static Optional<ProtocolHeader> read(ByteBuffer in) {
        byte[] came = new byte[LENGTH];
        in.get(came);
        String text = new String(came, StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(header -> header.text.equals(text))
                .findFirst();
    }
}
