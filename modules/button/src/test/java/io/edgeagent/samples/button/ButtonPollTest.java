package io.edgeagent.samples.button;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.samples.board.BoardSettings;
import io.edgeagent.samples.board.Boards;
import io.edgeagent.samples.board.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ButtonPollTest {
    private static final String POST_TRUE = "POST /True length 0 body 0";
    private static final String POST_FALSE = "POST /False length 0 body 0";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final EventLog log =
            new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH);
    private RecordingLed led;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        led = new RecordingLed();
        file = directory.resolve("qwiic.bin");
    }

    @AfterEach
    void stop() {
        led.close();
    }

    @Test
    void posts_the_state_with_an_empty_body_every_time_it_polls() throws Exception {
        var poll = poll(led.address());
        poll.run();
        poll.run();
        press(4);
        poll.run();
        poll.run();
        press(0);
        poll.run();

        assertThat(led.requests).containsExactly(POST_FALSE, POST_FALSE, POST_TRUE, POST_TRUE, POST_FALSE);
    }

    @Test
    void logs_changes_only() throws Exception {
        var poll = poll(led.address());
        poll.run();
        poll.run();
        press(4);
        poll.run();
        poll.run();

        assertThat(lines()).containsExactly("INFO  button released", "INFO  button pressed");
    }

    @Test
    void keeps_running_when_the_led_is_unreachable() {
        URI address = led.address();
        led.close();
        var poll = poll(address);
        poll.run();
        poll.run();
        poll.run();

        assertThat(lines())
                .containsExactly(
                        "INFO  button released",
                        "WARN  LED at " + address + ": no answer, java.net.ConnectException: Connection refused");
    }

    @Test
    void a_host_name_that_does_not_resolve_is_one_line() {
        var poll = poll(URI.create("http://led.invalid/"));
        poll.run();
        poll.run();

        assertThat(lines()).hasSize(2).last().asString().contains("UnknownHostException: led.invalid");
    }

    @Test
    void says_when_the_led_works_again() {
        led.status = 503;
        var poll = poll(led.address());
        poll.run();
        poll.run();
        led.status = 200;
        poll.run();
        poll.run();

        assertThat(lines())
                .containsExactly(
                        "INFO  button released",
                        "WARN  LED at " + led.address() + ": answered 503",
                        "INFO  LED at " + led.address() + ": works again, failures: 2");
    }

    @Test
    void posts_nothing_and_keeps_running_while_the_board_is_missing() throws Exception {
        Files.createFile(directory.resolve("occupied"));
        file = directory.resolve("occupied/qwiic.bin");
        var poll = poll(led.address());
        poll.run();
        poll.run();

        assertThat(led.requests).isEmpty();
        assertThat(lines()).singleElement().asString().contains("board: ", "occupied");
    }

    private ButtonPoll poll(URI address) {
        var settings = BoardSettings.simulated(file);
        var board = Boards.button(settings, log);
        bytes.reset();
        return new ButtonPoll(board, new LedClient(address), log);
    }

    private void press(int status) throws Exception {
        try (var registers = new RandomAccessFile(file.toFile(), "rw")) {
            registers.seek(3);
            registers.write(status);
        }
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }
}
