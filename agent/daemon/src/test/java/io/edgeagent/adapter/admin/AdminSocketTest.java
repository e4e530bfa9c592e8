package io.edgeagent.adapter.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.Problem;
import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AdminSocketTest {
    private static final Operations AGENT = new Operations() {
        @Override
        public ObjectNode status() {
            return Json.MAPPER.createObjectNode().put("version", "9.9");
        }

        @Override
        public ObjectNode twin() {
            return Json.MAPPER.createObjectNode().put("twin", "it is");
        }

        @Override
        public Optional<Problem> restart(String module) {
            return module.equals("led")
                    ? Optional.empty()
                    : Optional.of(new Problem(ErrorCode.INTERNAL, "there is no " + module));
        }
    };

    @TempDir
    private Path folder;

    private Path path;
    private AdminSocket socket;

    @BeforeEach
    void open() {
        path = folder.resolve("run/admin.sock");
        socket = AdminSocket.open(path, AGENT, HubOperations.OFF, () -> "as before")
                .orElseThrow();
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @Test
    void the_last_lines_of_the_log_are_numbered_and_can_be_asked_for_from_one_on() throws IOException {
        LoggerFactory.getLogger("io.edgeagent.test").info("event=one module={}", "led");
        JsonNode all = Json.MAPPER.readTree(ask("{\"do\":\"events\"}\n")).path("events");
        JsonNode one = all.get(all.size() - 1);
        assertThat(one.path("text").asText()).isEqualTo("event=one module=led");
        assertThat(one.path("level").asText()).isEqualTo("info");

        LoggerFactory.getLogger("io.edgeagent.test").info("event=two");

        JsonNode next = Json.MAPPER
                .readTree(
                        ask("{\"do\":\"events\",\"after\":" + one.path("number").asLong() + "}\n"))
                .path("events");
        assertThat(next).hasSize(1);
        assertThat(next.get(0).path("text").asText()).isEqualTo("event=two");
    }

    @Test
    void the_level_of_the_log_can_be_changed_and_is_in_the_status() throws IOException {
        try {
            assertThat(ask("{\"do\":\"set-log-level\",\"level\":\"Warning\"}\n"))
                    .isEqualTo("{\"logLevel\":\"warn\"}\n");
            assertThat(ask("{\"do\":\"status\"}\n")).isEqualTo("{\"version\":\"9.9\",\"logLevel\":\"warn\"}\n");
            assertThat(ask("{\"do\":\"set-log-level\",\"level\":\"loud\"}\n")).contains("\"error\"", "fatal, error");
        } finally {
            ask("{\"do\":\"set-log-level\",\"level\":\"info\"}\n");
        }
    }

    @Test
    void says_what_came_of_provisioning_again() throws IOException {
        assertThat(ask("{\"do\":\"reprovision\"}\n")).isEqualTo("{\"text\":\"as before\"}\n");
    }

    @Test
    void answers_in_one_line_and_ends() throws IOException {
        assertThat(ask("{\"do\":\"status\"}\n")).isEqualTo("{\"version\":\"9.9\",\"logLevel\":\"info\"}\n");
        assertThat(ask("{\"do\":\"restart\",\"module\":\"led\"}\n")).isEqualTo("{}\n");
        assertThat(ask("{\"do\":\"restart\",\"module\":\"x\"}\n")).isEqualTo("{\"error\":\"there is no x\"}\n");
    }

    @Test
    void is_for_its_owner_and_its_group() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-rw----");
    }

    @Test
    @Warns("WARN event=no_admin_socket")
    void takes_the_place_of_one_that_a_killed_agent_left_but_not_of_one_that_lives() throws IOException {
        assertThat(AdminSocket.open(path, AGENT, HubOperations.OFF, () -> "as before"))
                .isEmpty();
        socket.close();
        Files.createFile(path);

        socket = AdminSocket.open(path, AGENT, HubOperations.OFF, () -> "as before")
                .orElseThrow();

        assertThat(ask("{\"do\":\"status\"}\n")).contains("9.9");
    }

    @Test
    @Warns("WARN event=no_admin_socket")
    void goes_on_without_a_socket_where_there_can_be_none() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(AdminSocket.open(file.resolve("admin.sock"), AGENT, HubOperations.OFF, () -> "as before"))
                .isEmpty();
        assertThat(AdminSocket.open(folder.resolve("x".repeat(120)), AGENT, HubOperations.OFF, () -> "as before"))
                .isEmpty();
    }

    @Test
    void bad_requests_get_an_error_and_harm_nobody() throws IOException {
        assertThat(ask("\n")).contains("error");
        assertThat(ask("{\"do\":\"explode\"}\n")).contains("must be status, twin, events, restart, reprovision");
        assertThat(ask("[[[\n")).contains("not valid JSON");
        assertThat(ask("{\"do\":\"stat")).contains("one line of JSON");
        assertThat(askQuietly("x".repeat(1 << 20) + "\n")).doesNotContain("9.9");
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            askQuietly(new String(bytes, StandardCharsets.ISO_8859_1) + (i % 2 == 0 ? "\n" : ""));
        }
        assertThat(ask("{\"do\":\"status\"}\n")).contains("9.9");
    }

    @Test
    void many_who_say_nothing_keep_others_out_only_while_they_stay() throws IOException {
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            silent.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
        }
        for (SocketChannel channel : silent) {
            channel.close();
        }

        await().until(() -> askQuietly("{\"do\":\"status\"}\n").contains("9.9"));
    }

    private String askQuietly(String request) {
        try {
            return ask(request);
        } catch (IOException e) {
            // hung up on, as it should be
            return "";
        }
    }

    private String ask(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.shutdownOutput();
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
