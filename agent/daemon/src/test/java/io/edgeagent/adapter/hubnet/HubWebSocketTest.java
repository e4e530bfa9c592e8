package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over WebSocket as modules speak it, and what else may come to port 443. */
class HubWebSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{
              "up":"FROM /messages/modules/filter/* INTO $upstream",
              "between":"FROM /messages/modules/sensor/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")"}}""";
    private static final String UPGRADE = String.join(
            "\r\n",
            "Host: board",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");

    @TempDir
    private Path folder;

    private HubLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = new HubLab(folder, TWIN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void modules_speak_mqtt_over_web_socket_with_each_other_and_with_the_cloud() throws Exception {
        List<String> inputs = new CopyOnWriteArrayList<>();
        try (MqttClient filter = lab.webModule("filter");
                MqttClient sensor = lab.module("sensor")) {
            filter.subscribe("devices/board/modules/filter/inputs/#", 1, (topic, message) -> {
                inputs.add(topic + " " + message.getPayload().length);
            });
            sensor.publish("devices/board/modules/sensor/messages/events/number=7", message(200_000));
            await().atMost(PATIENCE).until(() -> inputs.size() == 1);
            assertThat(inputs.get(0))
                    .contains("/inputs/in/%24.cdid=board")
                    .contains("number=7")
                    .endsWith(" 200000");
            // larger than one record of TLS, and than what a frame's 16 bits can say
            filter.publish("devices/board/modules/filter/messages/events/", message(100_000));
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 1);
            assertThat(lab.cloud.received.get(0).bytes().remaining()).isEqualTo(100_000);
            filter.disconnect();
            sensor.disconnect();
        }
    }

    private static MqttMessage message(int length) {
        MqttMessage message = new MqttMessage(new byte[length]);
        message.setQos(1);
        return message;
    }

    @Test
    void whatever_is_no_web_socket_for_mqtt_gets_a_short_answer_and_an_end() throws Exception {
        String mqtt = "Sec-WebSocket-Protocol: mqtt\r\n";
        Map<String, String> answers = Map.ofEntries(
                Map.entry("GET / HTTP/1.1\r\nHost: board\r\n\r\n", "404"),
                Map.entry("POST /devices/board/files HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", "404"),
                Map.entry("GET /$iothub/websocket/more HTTP/1.1\r\n" + UPGRADE + mqtt + "\r\n", "404"),
                Map.entry("GET /$iothub/websocket HTTP/1.1\r\nHost: board\r\n\r\n", "426"),
                Map.entry("POST /$iothub/websocket HTTP/1.1\r\n" + UPGRADE + mqtt + "\r\n", "426"),
                Map.entry("GET /$iothub/websocket HTTP/1.1\r\n" + UPGRADE.replace("13", "8") + mqtt + "\r\n", "426"),
                Map.entry("GET /$iothub/websocket HTTP/1.1\r\n" + UPGRADE + "\r\n", "400"),
                Map.entry(
                        "GET /$iothub/websocket HTTP/1.1\r\n" + UPGRADE + "Sec-WebSocket-Protocol: chat\r\n\r\n",
                        "400"),
                Map.entry(
                        "GET /$iothub/websocket HTTP/1.1\r\n" + UPGRADE.replace("dGhlIH", "dGhl!H") + mqtt + "\r\n",
                        "400"),
                Map.entry("NONSENSE\r\n\r\n", "400"));
        for (Map.Entry<String, String> request : answers.entrySet()) {
            try (Peer peer = new Peer(request.getKey())) {
                assertThat(peer.head().get(0)).as(request.getKey()).startsWith("HTTP/1.1 " + request.getValue() + " ");
                assertThat(peer.isEnded()).isTrue();
            }
        }
    }

    @Test
    void the_path_may_have_a_query_and_the_protocol_any_letters() throws Exception {
        for (String target : List.of(
                "/$iothub/websocket", "/$iothub/websocket?iothub-no-client-cert=true", "/%24iothub/websocket")) {
            try (Peer peer = new Peer("GET " + target + " HTTP/1.1\r\n" + UPGRADE
                    + "Sec-WebSocket-Protocol: chat, MQTT, AMQPWSB10\r\n\r\n")) {
                assertThat(peer.head())
                        .contains("HTTP/1.1 101 Switching Protocols")
                        // RFC 6455, 1.3
                        .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                        .contains("Sec-WebSocket-Protocol: MQTT");
            }
        }
    }

    @Test
    void a_head_that_is_too_large_or_broken_ends_the_connection() throws Exception {
        for (String head : List.of(
                "GET /" + "x".repeat(9000),
                "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(2000),
                "GET / HTTP/1.1\r\na: b\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nwithout a colon\r\n\r\n",
                "GET / HTTP/1.1\r\na\u0000b: c\r\n\r\n")) {
            try (Peer peer = new Peer(head)) {
                assertThat(peer.isEnded()).isTrue();
            }
        }
    }

    @Test
    void a_handshake_that_does_not_go_on_ends_after_ten_seconds() throws Exception {
        try (Peer silent = open();
                Peer slow = new Peer("GET /$iothub/websocket HTTP/1.1\r\nHost: bo")) {
            slow.send(new byte[] {'a'});
            await().atMost(PATIENCE).until(() -> lab.openConnections() == 2);
            lab.pass(Duration.ofSeconds(5));
            assertThat(lab.openConnections()).isEqualTo(2);
            // a connection without CONNECT too
            silent.send(masked(0x82, new byte[] {0x10}));
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(5));
                return lab.openConnections() == 0;
            });
        }
    }

    @Test
    void frames_that_break_the_rules_end_the_connection_with_their_code() throws Exception {
        Map<String, Integer> codes = Map.ofEntries(
                Map.entry("82021000", 1002), // not masked
                Map.entry("C2820000000000", 1002), // a reserved bit
                Map.entry("808200000000", 1002), // continues nothing
                Map.entry("838200000000", 1002), // no such type
                Map.entry("098200000000", 1002), // a ping in parts
                Map.entry("818200000000", 1003), // text
                Map.entry("02810000000010828100000000", 1002), // a message inside of a message
                Map.entry("82FE000500000000", 1002), // a length that is longer than it need be
                Map.entry("82FF000000000000010000000000", 1002),
                Map.entry("82FFFF0000000000000000000000", 1002), // a negative length
                Map.entry("82FF7FFFFFFFFFFFFFFF00000000", 1009),
                Map.entry("82FF000000000010000100000000", 1009),
                Map.entry("89FE007E00000000", 1002), // a ping of 126 bytes
                Map.entry("88810000000000", 1002)); // half a code
        for (Map.Entry<String, Integer> broken : codes.entrySet()) {
            try (Peer peer = open()) {
                peer.send(HexFormat.of().parseHex(broken.getKey()));
                assertThat(peer.frame())
                        .as(broken.getKey())
                        .isEqualTo("88"
                                + HexFormat.of()
                                        .withUpperCase()
                                        .toHexDigits(broken.getValue().shortValue()));
                assertThat(peer.isEnded()).isTrue();
            }
        }
    }

    @Test
    void packets_in_any_pieces_with_pings_between_are_understood() throws Exception {
        try (Peer peer = open()) {
            byte[] connect = connect();
            for (int i = 0; i < connect.length; i++) {
                int first = (i == 0 ? 2 : 0) | (i == connect.length - 1 ? 0x80 : 0);
                peer.send(masked(first, new byte[] {connect[i]}));
                if (i % 50 == 0) {
                    peer.send(masked(0x89, new byte[] {(byte) i, 1, 2}));
                    assertThat(peer.frame())
                            .isEqualTo("8A" + HexFormat.of().withUpperCase().toHexDigits((byte) i) + "0102");
                }
            }
            assertThat(peer.frame()).isEqualTo("8220020000");
            // two packets in one frame
            peer.send(masked(0x82, new byte[] {(byte) 0xC0, 0, (byte) 0xC0, 0}));
            assertThat(peer.frame()).isEqualTo("82D000");
            assertThat(peer.frame()).isEqualTo("82D000");
            // the other side says goodbye
            peer.send(masked(0x88, new byte[] {3, (byte) 0xE8}));
            assertThat(peer.frame()).startsWith("88");
            assertThat(peer.isEnded()).isTrue();
        }
    }

    private static byte[] connect() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(new byte[] {4, (byte) 0xC2, 0, 60});
        text(body, "board/sensor");
        text(body, "hub.example/board/sensor/?api-version=2020-09-30");
        text(body, HubLab.token("sensor", Instant.now().plusSeconds(3600)));
        int length = body.size();
        byte[] head = {0x10, (byte) ((length & 0x7f) | 0x80), (byte) (length >> 7)};
        return joined(head, body.toByteArray());
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.write(bytes);
    }

    /** A client that sends what it likes. */
    private final class Peer implements AutoCloseable {
        private final SSLSocket socket;
        private final DataInputStream in;

        Peer(String first) throws Exception {
            socket = (SSLSocket) lab.sockets().createSocket("localhost", lab.webPort());
            socket.setSoTimeout(20_000);
            in = new DataInputStream(socket.getInputStream());
            try {
                send(first.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // refused before all of it was sent
            }
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        List<String> head() throws IOException {
            List<String> lines = new ArrayList<>();
            StringBuilder line = new StringBuilder();
            while (true) {
                int next = in.readUnsignedByte();
                if (next == '\n') {
                    if (line.isEmpty()) {
                        return lines;
                    }
                    lines.add(line.toString());
                    line.setLength(0);
                } else if (next != '\r') {
                    line.append((char) next);
                }
            }
        }

        /** Its first byte and its content, as digits. */
        String frame() throws IOException {
            byte first = in.readByte();
            int length = in.readUnsignedByte();
            byte[] content = new byte[length == 126 ? in.readUnsignedShort() : length];
            in.readFully(content);
            HexFormat digits = HexFormat.of().withUpperCase();
            return digits.toHexDigits(first) + digits.formatHex(content);
        }

        boolean isEnded() throws IOException {
            try {
                in.readUnsignedByte();
                return false;
            } catch (EOFException | SSLException | java.net.SocketException e) {
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** After the handshake. */
    private Peer open() throws Exception {
        Peer peer = new Peer("GET /$iothub/websocket HTTP/1.1\r\n" + UPGRADE + "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
        assertThat(peer.head().get(0)).contains(" 101 ");
        return peer;
    }

    private static byte[] masked(int first, byte[] content) {
        byte[] mask = {1, -2, 3, 77};
        byte[] frame = new byte[6 + content.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | content.length);
        System.arraycopy(mask, 0, frame, 2, 4);
        for (int i = 0; i < content.length; i++) {
            frame[6 + i] = (byte) (content[i] ^ mask[i & 3]);
        }
        return frame;
    }

    private static byte[] joined(byte[] one, byte[] two) {
        return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
    }
}
