package io.edgeagent.samples.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    private final CapturedLog captured = new CapturedLog();
    private Optional<FakeBus> plugged = Optional.empty();
    private int attempts;
    private long now = 42;

    private final BoardConnection<ButtonBoard> board = new BoardConnection<>(
            () -> {
                attempts++;
                FakeBus bus = plugged.orElseThrow(() -> new IOException("no such bus"));
                return BoardChoice.attached(bus, device -> QwiicButton.on(device, captured.log));
            },
            () -> now,
            captured.log);

    @Test
    void pauses_between_attempts_grow_to_ten_seconds() {
        for (long pause : new long[] {1, 2, 4, 8, 10, 10}) {
            int before = attempts;
            board.retry();
            assertThat(attempts).isEqualTo(before + 1);
            now += pause * SECOND - 1;
            board.retry();
            assertThat(attempts).isEqualTo(before + 1);
            now += 1;
        }
    }

    @Test
    void answers_with_the_reason_during_a_pause() {
        board.retry();

        assertThatIOException()
                .isThrownBy(() -> board.use(ButtonBoard::isPressed))
                .withMessage("no such bus");
    }

    @Test
    void one_line_for_a_failure_and_one_for_the_recovery() throws Exception {
        for (int i = 0; i < 5; i++) {
            board.retry();
            now += 10 * SECOND;
        }
        plugged = Optional.of(new FakeBus());
        board.use(ButtonBoard::isPressed);
        board.use(ButtonBoard::isPressed);

        assertThat(captured.lines())
                .containsExactly(
                        "2026-01-01T00:00:00.123Z WARN  board: no such bus",
                        "2026-01-01T00:00:00.123Z INFO  board: works again, failures: 5");
    }

    @Test
    void a_failing_board_is_closed_and_opened_again_at_once() throws Exception {
        var first = new FakeBus();
        plugged = Optional.of(first);
        board.use(ButtonBoard::isPressed);
        first.failures = 1;

        assertThatIOException()
                .isThrownBy(() -> board.use(led -> {
                    led.light(false);
                    return true;
                }));
        assertThat(first.closed).isTrue();
        assertThat(board.use(ButtonBoard::isPressed)).isFalse();
        assertThat(attempts).isEqualTo(2);
    }

    @Test
    void a_bus_without_the_board_counts_as_missing() {
        var empty = new FakeBus();
        empty.failures = 3;
        plugged = Optional.of(empty);

        assertThatIOException()
                .isThrownBy(() -> board.use(ButtonBoard::isPressed))
                .withMessage("Remote I/O error");
        assertThat(empty.closed).isTrue();
    }

    @Test
    void another_device_id_is_logged_and_accepted() throws Exception {
        var other = new FakeBus();
        other.registers[0] = 0x55;
        plugged = Optional.of(other);

        assertThat(board.use(ButtonBoard::isPressed)).isFalse();
        assertThat(captured.lines()).singleElement().asString().contains("ID register is 0x55");
    }
}
