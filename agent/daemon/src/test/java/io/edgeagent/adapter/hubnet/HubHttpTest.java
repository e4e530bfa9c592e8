package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.model.Json;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Direct methods that modules call by HTTPS, over real sockets (hub contract 2.1). */
class HubHttpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String METHODS = "POST /twins/board/modules/filter/methods?api-version=2020-09-30 HTTP/1.1";

    @TempDir
    private Path folder;

    private final Instant now = Instant.now();
    private HubLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = new HubLab(folder, "{\"schemaVersion\":\"1.0\",\"routes\":{\"up\":\"FROM /messages/* INTO $upstream\"}}");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void modules_call_methods_of_each_other_one_after_another_on_one_connection() throws Exception {
        try (MqttClient filter = callee("filter", 207);
                Caller caller = new Caller()) {
            String body = "{\"methodName\":\"greet\",\"responseTimeoutInSeconds\":30,\"payload\":{\"name\":\"ü\"}}";
            caller.send(request(METHODS, body));
            Answer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":207,\"payload\":{\"method\":\"greet\",\"payload\":{\"name\":\"ü\"}}}");
            assertThat(answer.field("content-type")).isEqualTo("application/json; charset=utf-8");
            assertThat(answer.field("x-content-type-options")).isEqualTo("nosniff");

            // in chunks of all kinds, byte by byte, with blank lines between the requests
            String chunked = "\r\n" + head(METHODS, "Transfer-Encoding: chunked")
                    + "C\r\n{\"methodName\r\n8;more=x\r\n\":\"two\"}\r\n0\r\nTrailer: x\r\n\r\n";
            for (byte one : chunked.getBytes(StandardCharsets.UTF_8)) {
                caller.send(new byte[] {one});
            }
            assertThat(caller.answer().body())
                    .isEqualTo("{\"status\":207,\"payload\":{\"method\":\"two\",\"payload\":null}}");

            // two at once: the second waits for its turn
            caller.send(
                    (request(METHODS, "{\"methodName\":\"three\"}") + request(METHODS, "{\"methodName\":\"four\"}")));
            assertThat(caller.answer().body()).contains("three");
            assertThat(caller.answer().body()).contains("four");

            caller.send(head(METHODS, "Expect: 100-continue\r\nContent-Length: 21"));
            assertThat(caller.head()).containsExactly("HTTP/1.1 100 Continue");
            caller.send("{\"methodName\":\"more\"}");
            assertThat(caller.answer().body()).contains("more");

            caller.send(request(METHODS, "{\"methodName\":\"last\"}")
                    .replace("Content-Length", "Connection: close\r\nContent-Length"));
            assertThat(caller.answer().field("connection")).isEqualTo("close");
            assertThat(caller.isEnded()).isTrue();
            JsonNode counted = metric("edgehub_direct_methods_total");
            assertThat(counted.at("/labels/from").asText()).isEqualTo("board/sensor");
            assertThat(counted.at("/value").asLong()).isEqualTo(6);
            filter.disconnect();
        }
    }

    @Test
    void a_call_waits_for_a_module_that_connects_in_time_and_for_no_other() throws Exception {
        try (Caller caller = new Caller();
                Caller other = new Caller()) {
            caller.send(request(METHODS, "{\"methodName\":\"none\",\"payload\":1}"));
            Answer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("{\"message\":\"Client board/filter not found\"}");
            // no leaf device of that name is known
            caller.send(request(
                    "POST /twins/leaf/methods HTTP/1.1", "{\"methodName\":\"m\",\"connectTimeoutInSeconds\":300}"));
            assertThat(caller.answer().status()).isEqualTo(404);

            caller.send(request(METHODS, "{\"methodName\":\"waits\",\"connectTimeoutInSeconds\":300}"));
            other.send(request(METHODS, "{\"methodName\":\"short\",\"connectTimeoutInSeconds\":20}"));
            await().atMost(PATIENCE)
                    .until(() ->
                            metric("edgehub_direct_methods_total").path("value").asLong() == 3);
            lab.pass(Duration.ofSeconds(30));
            assertThat(other.answer().status()).isEqualTo(404);
            try (MqttClient filter = callee("filter", 200)) {
                assertThat(caller.answer().body()).contains("waits");
                filter.disconnect();
            }
        }
    }

    @Test
    void a_module_that_does_not_answer_or_goes_is_waited_for_no_longer_than_that() throws Exception {
        try (MqttClient filter = lab.module("filter");
                Caller caller = new Caller()) {
            List<String> calls = new CopyOnWriteArrayList<>();
            filter.subscribe("$iothub/methods/POST/#", 1, (topic, message) -> calls.add(topic));
            caller.send(request(METHODS, "{\"methodName\":\"slow\",\"responseTimeoutInSeconds\":5}"));
            await().atMost(PATIENCE).until(() -> calls.size() == 1);
            lab.pass(Duration.ofSeconds(6));
            assertThat(caller.answer().status()).isEqualTo(504);

            caller.send(request(METHODS, "{\"methodName\":\"slow\",\"responseTimeoutInSeconds\":300}"));
            await().atMost(PATIENCE).until(() -> calls.size() == 2);
            filter.disconnect();
            assertThat(caller.answer().status()).isEqualTo(504);
        }
    }

    @Test
    void who_is_no_module_of_this_board_calls_nothing() throws Exception {
        String body = "{\"methodName\":\"greet\"}";
        String good = request(METHODS, body);
        Map<String, Integer> refused = Map.of(
                good.replace("POST", "GET"),
                405,
                good.replace("/methods", "/twin"),
                404,
                good.replace("board/sensor", "sensor"),
                400,
                good.replace("board/sensor", "board/sensor/x"),
                400,
                good.replace("x-ms-edge-moduleId", "x-other"),
                400,
                good.replace("x-ms-edge-moduleId: board", "x-ms-edge-moduleId: other"),
                401,
                good.replace("board/sensor", "board/filter"),
                401,
                good.replace("sig=", "sig=A"),
                401,
                good.replace("Authorization", "X-Authorization"),
                401,
                "NONSENSE /twins HTTP/1.1\r\n\r\n",
                404);
        for (Map.Entry<String, Integer> request : refused.entrySet()) {
            try (Caller caller = new Caller()) {
                caller.send(request.getKey());
                Answer answer = caller.answer();
                assertThat(answer.status()).as(request.getKey()).isEqualTo(request.getValue());
                assertThat(answer.status() == 404).isEqualTo(answer.body().isEmpty());
                assertThat(caller.isEnded()).isTrue();
            }
        }
        try (Caller caller = new Caller()) {
            caller.send(good.replace(token(3600), token(-3600)));
            Answer answer = caller.answer();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(Json.MAPPER.readTree(answer.body()).path("message").asText())
                    .startsWith("the token ended at");
        }
        JsonNode clients = lab.tried(hub -> hub.clients()).path("clients");
        assertThat(clients.toString()).contains("refused: the token ended at");
    }

    @Test
    void messages_are_taken_by_https_too_into_the_same_routes() throws Exception {
        String sensor = "POST /devices/board/modules/sensor/messages/events?api-version=2020-03-13 HTTP/1.1";
        String camera = "POST /devices/camera/messages/events HTTP/1.1";
        try (Caller caller = new Caller()) {
            caller.send(request(sensor, "{\"t\":31}")
                    .replace(
                            "Content-Length",
                            "iothub-app-level: high\r\niothub-messageid: m1\r\niothub-contenttype: application/json\r\n"
                                    + "iothub-to: /devices/board/modules/sensor/messages/events\r\nContent-Length"));
            assertThat(caller.head()).containsExactly("HTTP/1.1 204 No Content");
            caller.send(request(camera, "click").replace(token(3600), HubLab.leafToken()));
            assertThat(caller.head()).containsExactly("HTTP/1.1 204 No Content");
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 2);
            Message first = lab.cloud.received.get(0);
            assertThat(first.sender()).isEqualTo(ClientId.module("board", "sensor"));
            assertThat(first.application()).isEqualTo(Map.of("level", "high"));
            assertThat(first.system())
                    .containsEntry("messageId", "m1")
                    .containsEntry("contentType", "application/json");
            assertThat(StandardCharsets.UTF_8.decode(first.bytes()).toString()).isEqualTo("{\"t\":31}");
            assertThat(lab.cloud.received.get(1).sender()).isEqualTo(ClientId.leaf("camera"));
        }
        String good = request(sensor, "{}");
        for (Map.Entry<String, Integer> request : Map.of(
                        good.replace("sensor/messages", "filter/messages"),
                        401,
                        good.replace("sig=", "sig=A"),
                        401,
                        good.replace("board/modules/sensor/messages", "nobody/messages"),
                        401,
                        good.replace("POST", "PUT"),
                        405,
                        good.replace("/messages/events", "/files"),
                        501,
                        good.replace("devices/board/modules/sensor/messages/events", "devices/camera/files"),
                        404,
                        good.replace("application/json", "application/vnd.microsoft.iothub.json"),
                        415)
                .entrySet()) {
            try (Caller caller = new Caller()) {
                caller.send(request.getKey());
                assertThat(caller.answer().status()).as(request.getKey()).isEqualTo(request.getValue());
            }
        }
        assertThat(lab.cloud.received).hasSize(2);
    }

    @Test
    void an_edge_device_that_takes_this_one_for_its_parent_is_told_that_it_is_none() throws Exception {
        for (String line : List.of(
                "GET /devices/lower/modules?api-version=2017-11-08-preview HTTP/1.1",
                "PUT /devices/lower/modules/led HTTP/1.1",
                "POST /devices/lower/modules/$edgeHub/devicesAndModulesInTargetDeviceScope HTTP/1.1")) {
            try (Caller caller = new Caller()) {
                caller.send(request(line, "{}"));
                Answer answer = caller.answer();
                assertThat(answer.status()).isEqualTo(501);
                assertThat(answer.body())
                        .isEqualTo("{\"Message\":\"this device cannot be the parent of edge devices\"}");
            }
        }
    }

    @Test
    void what_is_wrong_with_a_request_is_said_and_nothing_is_called() throws Exception {
        try (Caller caller = new Caller()) {
            for (String body : List.of(
                    "",
                    "[]",
                    "{",
                    "{\"methodName\":\"\"}",
                    "{\"methodName\":\"a/b\"}",
                    "{\"methodName\":\"" + "x".repeat(101) + "\"}",
                    "{\"methodName\":\"x\",\"responseTimeoutInSeconds\":4}",
                    "{\"methodName\":\"x\",\"responseTimeoutInSeconds\":\"30\"}",
                    "{\"methodName\":\"x\",\"connectTimeoutInSeconds\":301}",
                    "{\"methodName\":\"x\",\"payload\":\"" + "x".repeat(128 * 1024) + "\"}",
                    "[".repeat(1000))) {
                caller.send(request(METHODS, body));
                Answer answer = caller.answer();
                assertThat(answer.status()).as(body).isEqualTo(400);
                assertThat(answer.field("content-type")).startsWith("text/plain");
            }
        }
        for (Map.Entry<String, String> broken : Map.of(
                        head(METHODS, "Content-Length: 999999"),
                        "413",
                        head(METHODS, "Content-Length: 99999999999"),
                        "400",
                        head(METHODS, "Content-Length: 2\r\nTransfer-Encoding: chunked"),
                        "400",
                        head(METHODS, "Transfer-Encoding: gzip, chunked"),
                        "400",
                        head(METHODS, "Content-Length: 2, 2"),
                        "400",
                        head(METHODS, "Transfer-Encoding: chunked") + "7FFFFFFF\r\n",
                        "413",
                        // these end without an answer
                        head(METHODS, "Transfer-Encoding: chunked") + "-1\r\n",
                        "",
                        head(METHODS, "Transfer-Encoding: chunked") + "2\r\n{}}\r\n",
                        "",
                        head(METHODS, "Transfer-Encoding: chunked") + "0\r\n" + "a: b\r\n".repeat(1100),
                        "")
                .entrySet()) {
            try (Caller caller = new Caller()) {
                caller.send(broken.getKey());
                if (!broken.getValue().isEmpty()) {
                    assertThat(caller.answer().status())
                            .as(broken.getKey())
                            .isEqualTo(Integer.parseInt(broken.getValue()));
                }
                assertThat(caller.isEnded()).as(broken.getKey()).isTrue();
            }
        }
        assertThat(find("edgehub_direct_methods_total")).isEmpty();
    }

    @Test
    void a_request_that_does_not_go_on_ends_and_so_does_a_connection_without_one() throws Exception {
        try (Caller slow = new Caller();
                Caller idle = new Caller()) {
            slow.send(head(METHODS, "Content-Length: 20") + "{");
            idle.send(request(METHODS, "{\"methodName\":\"x\"}"));
            assertThat(idle.answer().status()).isEqualTo(404);
            assertThat(lab.openConnections()).isEqualTo(2);
            lab.pass(Duration.ofSeconds(30));
            await().atMost(PATIENCE).until(() -> lab.openConnections() == 1);
            lab.pass(Duration.ofMinutes(2));
            await().atMost(PATIENCE).until(() -> lab.openConnections() == 0);
        }
    }

    private MqttClient callee(String name, int status) throws Exception {
        MqttClient client = lab.module(name);
        client.subscribe("$iothub/methods/POST/#", 1, (topic, message) -> {
            String[] parts = topic.split("/", -1);
            String answer = "{\"method\":\"" + parts[3] + "\",\"payload\":" + message + "}";
            // not on the client's own thread
            Thread thread = new Thread(() -> {
                try {
                    client.publish("$iothub/methods/res/" + status + "/" + parts[4], bytes(answer));
                } catch (MqttException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            thread.join(1);
        });
        return client;
    }

    private static MqttMessage bytes(String text) {
        MqttMessage message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
        message.setQos(0);
        return message;
    }

    private String token(long seconds) {
        return HubLab.token("sensor", now.plusSeconds(seconds));
    }

    private String head(String start, String more) {
        return start + "\r\nHost: board\r\nx-ms-edge-moduleId: board/sensor\r\nAuthorization: " + token(3600)
                + "\r\nContent-Type: application/json\r\n" + more + "\r\n\r\n";
    }

    private String request(String start, String body) {
        return head(start, "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length) + body;
    }

    private JsonNode metric(String name) throws Exception {
        return find(name).orElse(Json.MAPPER.createObjectNode());
    }

    /** The first of that name, with the values of all together. */
    private Optional<JsonNode> find(String name) throws Exception {
        return StreamSupport.stream(
                        lab.tried(hub -> hub.routes()).path("metrics").spliterator(), false)
                .filter(node -> node.path("name").asText().equals(name))
                .findFirst();
    }

    private record Answer(List<String> head, String body) {
        int status() {
            return Integer.parseInt(head.get(0).split(" ", 3)[1]);
        }

        String field(String name) {
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }
    }

    /** The other side, which sends what it wants. */
    private final class Caller implements AutoCloseable {
        private final SSLSocket socket;
        private final DataInputStream in;

        private Caller() throws Exception {
            socket = (SSLSocket) lab.sockets().createSocket("localhost", lab.webPort());
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
        }

        private void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        private void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        private List<String> head() throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.indexOf("\r\n\r\n") < 0) {
                text.append((char) in.readUnsignedByte());
            }
            return List.of(text.toString().strip().split("\r\n", -1));
        }

        private Answer answer() throws IOException {
            List<String> head = head();
            Answer answer = new Answer(head, "");
            byte[] body = new byte[Integer.parseInt(answer.field("content-length"))];
            in.readFully(body);
            return new Answer(head, new String(body, StandardCharsets.UTF_8));
        }

        private boolean isEnded() throws IOException {
            try {
                return in.read() < 0;
            } catch (EOFException e) {
                return true;
            } catch (IOException e) {
                return !(e instanceof java.net.SocketTimeoutException);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
