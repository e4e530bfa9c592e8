package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.edgeagent.fake.CannedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketTest {
    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

    private static void accept(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) client.getInputStream().read());
        }
        Matcher key = KEY.matcher(head);
        assertThat(key.find()).isTrue();
        try {
            String accept = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
            client.getOutputStream()
                    .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Protocol: mqtt\r\nsec-websocket-accept: " + accept + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Test
    void reads_on_where_a_time_out_left_a_frame_and_answers_a_ping() throws Exception {
        SynchronousQueue<Integer> pieces = new SynchronousQueue<>();
        ByteArrayOutputStream answered = new ByteArrayOutputStream();
        CountDownLatch gone = new CountDownLatch(1);
        // a ping with "hi", a fragmented message of 3 + 300 bytes, close
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(new byte[] {(byte) 0x89, 2, 'h', 'i', 2, 3, 1, 2, 3, (byte) 0x80, 126, 1, 44});
        frames.write(new byte[300]);
        frames.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xE8});
        byte[] all = frames.toByteArray();
        try (CannedServer server = CannedServer.plain(client -> {
                    accept(client);
                    OutputStream out = client.getOutputStream();
                    for (byte next : all) {
                        out.write(next);
                        // the other side has timed out at least once
                        pieces.take();
                    }
                    client.shutdownOutput();
                    client.getInputStream().transferTo(answered);
                    gone.countDown();
                });
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            InputStream in = WebSocket.open(socket, "hub").input();
            socket.setSoTimeout(1);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            int given = 0;
            boolean ended = false;
            while (!ended) {
                byte[] buffer = new byte[7];
                try {
                    int count = in.read(buffer, 0, buffer.length);
                    ended = count < 0;
                    read.write(buffer, 0, Math.max(0, count));
                } catch (SocketTimeoutException e) {
                    if (given < all.length && pieces.offer(given, 1, TimeUnit.SECONDS)) {
                        given++;
                    }
                }
            }
            while (given < all.length && pieces.offer(given, 5, TimeUnit.SECONDS)) {
                given++;
            }

            byte[] expected = new byte[303];
            expected[0] = 1;
            expected[1] = 2;
            expected[2] = 3;
            assertThat(read.toByteArray()).isEqualTo(expected);
            socket.shutdownOutput();
            assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        }
        byte[] pong = answered.toByteArray();
        assertThat(pong).hasSize(8).startsWith((byte) 0x8A, (byte) 0x82);
        assertThat((char) (pong[6] ^ pong[2])).isEqualTo('h');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 403 Forbidden|hub does not open a WebSocket for MQTT: it said HTTP/1.1 403 Forbidden",
                "HTTP/1.1 101 Switching Protocols|does not open a WebSocket",
                "nonsense|does not open a WebSocket for MQTT: it said nonsense"
            })
    void says_what_was_answered_in_place_of_a_web_socket(String answer, String text) throws IOException {
        try (CannedServer server = CannedServer.plain(client -> {
                    CannedServer.readHead(client);
                    client.getOutputStream().write((answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                });
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertThatIOException()
                    .isThrownBy(() -> WebSocket.open(socket, "hub"))
                    .withMessageContaining(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"81 01 41", "82 81 00 00 00 00 41", "82 7F FF FF FF FF FF FF FF FF", "89 7E 01 00"})
    void refuses_frames_that_no_hub_sends(String hex) throws IOException {
        try (CannedServer server = CannedServer.plain(client -> {
                    accept(client);
                    for (String next : hex.split(" ", -1)) {
                        client.getOutputStream().write(Integer.parseInt(next, 16));
                    }
                });
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            InputStream in = WebSocket.open(socket, "hub").input();

            assertThatIOException().isThrownBy(in::read).withMessageContaining("not a WebSocket's");
        }
    }
}
