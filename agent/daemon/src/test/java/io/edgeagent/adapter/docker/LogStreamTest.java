package io.edgeagent.adapter.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import org.junit.jupiter.api.Test;

class LogStreamTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void frames_go_where_they_belong_until_the_stream_ends() {
        new LogStream(
                        frames(
                                head(1, 3),
                                bytes("out"),
                                head(2, 3),
                                bytes("err"),
                                head(1, 0),
                                head(1, 9),
                                bytes("cut")),
                        false)
                .copy(out, err);

        assertThat(out.toString(UTF_8)).isEqualTo("outcut");
        assertThat(err.toString(UTF_8)).isEqualTo("err");
    }

    @Test
    void a_container_with_a_terminal_has_no_frames() {
        new LogStream(frames(bytes("as it is")), true).copy(out, err);

        assertThat(out.toString(UTF_8)).isEqualTo("as it is");
    }

    @Test
    void a_frame_that_announces_gigabytes_needs_no_memory() {
        new LogStream(frames(head(1, 0xffff_ffff), bytes("x".repeat(100_000))), false).copy(out, err);

        assertThat(out.size()).isEqualTo(100_000);
    }

    @Test
    void it_ends_when_nobody_reads_on() {
        PrintStream gone = new PrintStream(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("gone");
            }
        });
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }
        };

        new LogStream(endless, false).copy(gone, gone);

        assertThat(gone.checkError()).isTrue();
    }

    private static InputStream frames(byte[]... parts) {
        InputStream all = InputStream.nullInputStream();
        for (byte[] part : parts) {
            all = new SequenceInputStream(all, new ByteArrayInputStream(part));
        }
        return all;
    }

    private static byte[] head(int stream, int length) {
        return new byte[] {
            (byte) stream, 0, 0, 0, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
