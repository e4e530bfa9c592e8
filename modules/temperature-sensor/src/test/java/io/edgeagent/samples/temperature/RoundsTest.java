package io.edgeagent.samples.temperature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.edgeagent.samples.board.BoardConnection;
import io.edgeagent.samples.board.EventLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final long LONGEST_PAUSE = 10_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final EventLog log =
            new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH);
    private final SimulatedSht3x simulated = new SimulatedSht3x(new Random(6));
    private final Hub hub = new Hub();
    private final Controls controls = new Controls(new SendSettings(true, Duration.ofSeconds(5)), log);
    private boolean plugged = true;
    private long now;

    private final BoardConnection<Sensor> board = new BoardConnection<>(
            () -> {
                if (plugged) {
                    return Sht3x.on(simulated);
                }
                throw new IOException("I2C bus 1, address 0x44: Remote I/O error");
            },
            () -> now,
            log);

    @Test
    void messages_are_numbered_and_belong_to_one_batch() throws Exception {
        Rounds rounds = rounds(-1);
        rounds.next(hub);
        rounds.next(hub);

        assertThat(hub.properties)
                .extracting(sent -> sent.get("sequenceNumber"))
                .containsExactly("1", "2");
        assertThat(hub.properties)
                .extracting(sent -> sent.get("batchId"))
                .containsExactly(
                        hub.properties.get(0).get("batchId"),
                        hub.properties.get(0).get("batchId"));
        assertThat(hub.sent.get(0))
                .startsWith("{\"machine\":{\"temperature\":2")
                .endsWith("00:00:00Z\"}");
    }

    @Test
    void the_simulated_machine_warms_up_and_a_reset_cools_it_down() throws Exception {
        Rounds rounds = rounds(-1);
        for (int i = 0; i < 100; i++) {
            rounds.next(hub);
        }
        assertThat(hub.temperature()).isBetween(50.0, 101.0);

        controls.reset();
        rounds.next(hub);
        assertThat(hub.temperature()).isBetween(20.0, 23.0);
    }

    @Test
    void nothing_is_sent_while_send_data_is_false_and_the_twin_hears_of_it() throws Exception {
        Rounds rounds = rounds(-1);
        controls.patch(Map.of("SendData", false));
        rounds.next(hub);
        rounds.next(hub);

        assertThat(hub.sent).isEmpty();
        assertThat(hub.reported).containsExactly(Map.of("SendData", false, "SendInterval", 5L));
    }

    @Test
    void sending_ends_after_the_message_count() throws Exception {
        Rounds rounds = rounds(2);
        for (int i = 0; i < 5; i++) {
            rounds.next(hub);
        }

        assertThat(hub.sent).hasSize(2);
    }

    @Test
    void a_sensor_that_is_missing_is_a_gap_and_one_line_in_the_log() throws Exception {
        plugged = false;
        Rounds rounds = rounds(-1);
        for (int i = 0; i < 5; i++) {
            rounds.next(hub);
            now += LONGEST_PAUSE;
        }
        assertThat(hub.sent).isEmpty();

        plugged = true;
        rounds.next(hub);
        assertThat(hub.sent).hasSize(1);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void a_reset_waits_for_the_sensor() throws Exception {
        Rounds rounds = rounds(-1);
        for (int i = 0; i < 50; i++) {
            rounds.next(hub);
        }
        controls.reset();
        plugged = false;
        board.use(Sensor::read);
        breakBoard();
        rounds.next(hub);
        plugged = true;
        now += LONGEST_PAUSE;
        rounds.next(hub);

        assertThat(hub.temperature()).isBetween(20.0, 23.0);
    }

    @Test
    void a_message_that_the_hub_did_not_take_keeps_its_number_for_the_next() throws Exception {
        Rounds rounds = rounds(-1);
        hub.down = true;
        assertThatIOException().isThrownBy(() -> rounds.next(hub));
        hub.down = false;
        rounds.next(hub);

        assertThat(hub.properties.get(0)).containsEntry("sequenceNumber", "1");
    }

    private void breakBoard() {
        assertThatIOException()
                .isThrownBy(() -> board.use(sensor -> {
                    throw new IOException("unplugged");
                }));
    }

    private Rounds rounds(long limit) {
        return new Rounds(board, controls, () -> Instant.EPOCH, limit);
    }

    private static final class Hub implements Upstream {
        final List<String> sent = new ArrayList<>();
        final List<Map<String, String>> properties = new ArrayList<>();
        final List<Map<String, Object>> reported = new ArrayList<>();
        boolean down;

        @Override
        public void send(String json, Map<String, String> with) throws IOException {
            if (down) {
                throw new IOException("down");
            }
            sent.add(json);
            properties.add(with);
        }

        @Override
        public void report(Map<String, Object> patch) {
            reported.add(patch);
        }

        double temperature() {
            String last = sent.get(sent.size() - 1);
            return Double.parseDouble(last.substring("{\"machine\":{\"temperature\":".length(), last.indexOf(',')));
        }
    }
}
