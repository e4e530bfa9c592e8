package io.edgeagent.adapter.hubnet.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.adapter.hubnet.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, frames and heads are understood, waited for, or refused; content that is valid comes out as it went in. */
class WebSocketFuzzTest {
    private static final int ROUNDS = 50_000;
    private static final String HEAD = "GET /$iothub/websocket HTTP/1.1\r\nHost: board\r\nUpgrade: websocket\r\n\r\n";

    private final SplittableRandom random = new SplittableRandom(14);
    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(System::nanoTime);
    }

    @AfterEach
    void stop() throws IOException {
        loop.release();
    }

    @Test
    void random_bytes_are_frames_or_violations_and_nothing_else() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            if (noise.length > 1 && random.nextBoolean()) {
                // a beginning that is taken more often
                noise[0] = (byte) (0x82 + random.nextInt(2) * 7);
                noise[1] = (byte) (0x80 | random.nextInt(8));
            }
            Below below = new Below();
            WebSocketLayer layer = WebSocketLayer.server(loop, new Above());
            layer.opened(below);
            give(layer, noise);
        }
    }

    @Test
    void what_one_side_writes_comes_to_the_other_in_any_pieces() {
        for (int round = 0; round < 60; round++) {
            Below below = new Below();
            WebSocketLayer client = WebSocketLayer.client(loop, new Above(), random);
            client.opened(below);
            Above above = new Above();
            WebSocketLayer server = WebSocketLayer.server(loop, above);
            server.opened(new Below());
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int write = random.nextInt(5); write >= 0; write--) {
                byte[] content = new byte[random.nextInt(random.nextBoolean() ? 200 : 70_000)];
                random.nextBytes(content);
                client.write(ByteBuffer.wrap(content));
                sent.writeBytes(content);
            }
            give(server, below.written.toByteArray());
            assertThat(above.read.toByteArray()).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    void heads_with_changed_bytes_are_heads_or_violations_and_nothing_else() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] head = HEAD.getBytes(StandardCharsets.ISO_8859_1);
            for (int change = random.nextInt(4); change >= 0; change--) {
                head[random.nextInt(head.length)] = (byte) random.nextInt(256);
            }
            ByteBuffer in = ByteBuffer.wrap(head, 0, random.nextInt(head.length + 1));
            try {
                Optional<HttpHead> read = HttpHead.next(in);
                assertThat(read.isPresent() || in.position() == 0).isTrue();
            } catch (Wire.ProtocolViolation e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    /** In pieces, as a connection does: what is left comes again with more behind it. */
    private void give(WebSocketLayer layer, byte[] bytes) {
        byte[] left = new byte[0];
        int at = 0;
        try {
            while (at < bytes.length) {
                int more = Math.min(bytes.length - at, 1 + random.nextInt(20_000));
                ByteBuffer in = ByteBuffer.allocate(left.length + more)
                        .put(left)
                        .put(bytes, at, more)
                        .flip();
                at += more;
                layer.read(in);
                left = new byte[in.remaining()];
                in.get(left);
            }
        } catch (Wire.ProtocolViolation e) {
            layer.closed(e.getMessage());
        }
    }

    /** Keeps what is sent. */
    private static final class Below implements Wire {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(ByteBuffer data) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            written.writeBytes(bytes);
        }

        @Override
        public long unsent() {
            return 0;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public void close(String reason) {}

        @Override
        public void admitted() {}

        @Override
        public String peer() {
            return "test";
        }
    }

    /** Takes all that comes. */
    private static final class Above implements Wire.Reader {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        @Override
        public void opened(Wire wire) {}

        @Override
        public void read(ByteBuffer in) {
            byte[] bytes = new byte[in.remaining()];
            in.get(bytes);
            read.writeBytes(bytes);
        }

        @Override
        public void closed(String reason) {}
    }
}
