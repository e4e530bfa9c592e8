package io.edgeagent.samples.led;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.samples.board.BoardSettings;
import io.edgeagent.samples.board.Boards;
import io.edgeagent.samples.board.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedServerTest {
    private static final int LED_BRIGHTNESS = 0x19;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private Path file;
    private LedServer server;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("board/qwiic.bin");
        var log = new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH);
        var settings = BoardSettings.simulated(file);
        var routes = new LedRoutes(Boards.button(settings, log), log);
        server = new LedServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes, log);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void posting_true_lights_the_led_and_false_darkens_it() throws Exception {
        var answer = send("POST", "/True");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("null");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(brightness()).isEqualTo(255);
        assertThat(send("GET", "/state").body()).isEqualTo("{\"on\":true}");

        assertThat(send("POST", "/False").statusCode()).isEqualTo(200);
        assertThat(brightness()).isZero();
        assertThat(send("GET", "/state").body()).isEqualTo("{\"on\":false}");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /on, 200",
        "POST, /0, 200",
        "POST, /maybe, 422",
        "POST, /state, 422",
        "POST, /true%20, 422",
        "POST, /, 404",
        "POST, /True/now, 404",
        "GET, /, 404",
        "GET, /True, 405",
        "PUT, /True, 405",
        "DELETE, /state, 405",
        "GET, /state, 200",
        "GET, /health, 200",
    })
    void status_codes_are_those_of_fastapi(String method, String path, int status) throws Exception {
        assertThat(send(method, path).statusCode()).isEqualTo(status);
    }

    @Test
    void a_word_that_is_no_bool_is_explained_as_fastapi_does() throws Exception {
        assertThat(send("POST", "/maybe").body())
                .isEqualTo("{\"detail\":[{\"loc\":[\"path\",\"state\"],"
                        + "\"msg\":\"value could not be parsed to a boolean\",\"type\":\"type_error.bool\"}]}");
    }

    @Test
    void a_wrong_method_names_the_right_one() throws Exception {
        var answer = send("GET", "/True");

        assertThat(answer.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void logs_changes_only() throws Exception {
        send("POST", "/True");
        bytes.reset();
        send("POST", "/True");
        send("POST", "/False");
        send("POST", "/False");

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .endsWith("LED off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/True", "/False"})
    void answers_503_with_the_reason_while_the_board_is_missing(String path) throws Exception {
        Files.createFile(directory.resolve("board"));
        var answer = send("POST", path);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .startsWith("{\"detail\":\"board not available: ")
                .endsWith("\"}");
        assertThat(send("GET", "/state").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/health").statusCode()).isEqualTo(503);
    }

    @Test
    void understands_the_bytes_that_python_requests_sends() throws Exception {
        var request = String.join(
                "\r\n",
                "POST /True HTTP/1.1",
                "Host: led-acr",
                "User-Agent: python-requests/2.28.1",
                "Accept-Encoding: gzip, deflate",
                "Accept: */*",
                "Connection: keep-alive",
                "Content-Length: 0",
                "",
                "");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new StringBuilder();
            while (!answer.toString().endsWith("\r\n\r\nnull")) {
                int next = socket.getInputStream().read();
                assertThat(next).as(answer.toString()).isNotNegative();
                answer.append((char) next);
            }

            assertThat(answer.toString())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
                    .containsIgnoringCase("\r\nContent-Length: 4\r\n");
        }
        assertThat(brightness()).isEqualTo(255);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private int brightness() throws Exception {
        return Files.readAllBytes(file)[LED_BRIGHTNESS] & 0xFF;
    }
}
