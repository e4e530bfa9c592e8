package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.hub.route.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TapsTest {
    private static final Taps.Wanted ALL = wanted("", "", "");
    private static final Map<String, Endpoint> TO_FILTER =
            Map.of("toFilter", new Endpoint.ModuleInput("filter", "input1"));

    private long nanos = 1;
    private final Taps taps = new Taps(new HubRuntime() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.empty();
        }

        @Override
        public Cancellation after(Duration delay, Runnable action) {
            throw new AssertionError("taps need no timer");
        }
    });

    @Test
    void shows_each_message_once_from_the_first_look_on() {
        taps.passed(message("early", 1), TO_FILTER);
        assertThat(numbers("a", ALL, 0)).isEmpty();
        taps.passed(message("one", 1), TO_FILTER);
        taps.passed(message("two", 1), Map.of());

        assertThat(numbers("a", ALL, 0)).containsExactly(1L, 2L);
        assertThat(numbers("a", ALL, 2)).isEmpty();
        assertThat(taps.after("a", ALL, 0).orElseThrow().get(0).routes()).containsExactly("toFilter");
    }

    @Test
    void shows_only_what_is_wanted() {
        Map<String, Taps.Wanted> looks = Map.of(
                "module", wanted("filter", "", ""),
                "input", wanted("filter", "other", ""),
                "route", wanted("", "", "toFilter"),
                "upstream", wanted("", "", "up"));
        looks.forEach((id, wanted) -> numbers(id, wanted, 0));
        taps.passed(message("m", 1), TO_FILTER);
        taps.passed(message("m", 1), Map.of("up", new Endpoint.Upstream()));
        taps.passed(message("m", 1), Map.of());

        assertThat(numbers("module", looks.get("module"), 0)).hasSize(1);
        assertThat(numbers("input", looks.get("input"), 0)).isEmpty();
        assertThat(numbers("route", looks.get("route"), 0)).hasSize(1);
        assertThat(numbers("upstream", looks.get("upstream"), 0)).hasSize(1);
    }

    @Test
    void a_reader_that_is_too_slow_sees_by_the_numbers_what_it_missed() {
        numbers("a", ALL, 0);
        for (int i = 0; i < 250; i++) {
            taps.passed(message("m", 1), Map.of());
        }
        assertThat(numbers("a", ALL, 0)).hasSize(100).startsWith(151L).endsWith(250L);
        for (int i = 0; i < 10; i++) {
            taps.passed(message("m", 200_000), Map.of());
        }
        assertThat(numbers("a", ALL, 0)).hasSize(2);
    }

    @Test
    void a_look_that_began_before_the_hub_was_started_anew_goes_on() {
        numbers("a", ALL, 70);
        taps.passed(message("m", 1), Map.of());

        assertThat(numbers("a", ALL, 70)).containsExactly(1L);
        assertThat(numbers("a", ALL, 1)).isEmpty();
    }

    @Test
    void nothing_is_kept_when_nobody_has_asked_for_a_while_and_few_can_look_at_once() {
        for (String id : List.of("a", "b", "c", "d")) {
            assertThat(taps.after(id, ALL, 0)).isPresent();
        }
        assertThat(taps.after("e", ALL, 0)).isEmpty();
        assertThat(taps.isActive()).isTrue();

        nanos += Duration.ofSeconds(21).toNanos();
        assertThat(taps.isActive()).isFalse();
        assertThat(taps.after("e", ALL, 0)).isPresent();
    }

    private List<Long> numbers(String id, Taps.Wanted wanted, long after) {
        return taps.after(id, wanted, after).orElseThrow().stream()
                .map(Taps.Passed::number)
                .toList();
    }

    private static Taps.Wanted wanted(String module, String input, String route) {
        return new Taps.Wanted(given(module), given(input), given(route));
    }

    private static Optional<String> given(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty());
    }

    private static Message message(String body, int times) {
        return new Message(
                ClientId.module("board", "sensor"),
                Optional.of("out"),
                Map.of(),
                Map.of(),
                ByteBuffer.wrap(body.repeat(times).getBytes(StandardCharsets.UTF_8)));
    }
}
