package io.edgeagent.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkHistoryTest {
    private static final Problem LOST = new Problem(ErrorCode.HUB_UNREACHABLE, "connection reset");

    private final FakeClock clock = new FakeClock();
    private final LinkHistory history = new LinkHistory(clock, "board-7");

    @Test
    void a_link_that_ends_soon_after_each_sign_in_may_be_taken_by_another_board_of_the_same_identity() {
        for (int loss = 1; loss < 4; loss++) {
            assertThat(upFor(Duration.ofSeconds(30))).isEqualTo(LOST);
        }

        Problem said = upFor(Duration.ofSeconds(30));

        assertThat(said.code()).isEqualTo(ErrorCode.HUB_UNREACHABLE);
        assertThat(said.text()).contains("board-7").contains("SD card").endsWith("connection reset");
        assertThat(upFor(Duration.ofSeconds(30))).isEqualTo(said);
    }

    @Test
    void one_that_lasted_ends_the_suspicion() {
        for (int loss = 0; loss < 6; loss++) {
            upFor(Duration.ofSeconds(30));
        }

        assertThat(upFor(Duration.ofMinutes(3))).isEqualTo(LOST);
        assertThat(upFor(Duration.ofSeconds(30))).isEqualTo(LOST);
    }

    @Test
    void attempts_that_never_came_up_and_hubs_that_refuse_say_nothing_of_other_boards() {
        for (int attempt = 0; attempt < 20; attempt++) {
            assertThat(history.lost(LOST)).isEqualTo(LOST);
        }
        Problem refused = new Problem(ErrorCode.HUB_UNAUTHORIZED, "401");
        for (int loss = 0; loss < 10; loss++) {
            history.up();
            assertThat(history.lost(refused)).isEqualTo(refused);
        }
    }

    private Problem upFor(Duration time) {
        history.up();
        clock.advance(time);
        return history.lost(LOST);
    }
}
