package io.edgeagent.hub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainFilterTest {
    private static final String[] LEVELS = {"a", "b", "", "+", "#", "$x", "a+", "ä"};

    private static PlainFilter filter(String text) {
        return PlainFilter.of(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/#, sport, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "#, $SYS/x, false",
        "+/monitor/Clients, $SYS/monitor/Clients, false",
        "$SYS/#, $SYS/x, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "a/b, A/b, false",
    })
    void matches_as_the_standard_says(String filter, String topic, boolean matches) {
        assertThat(filter(filter).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#/b", "a#", "a+/b", "#/a", "+a", "a/+b", "##", "\0"})
    void refuses_what_is_no_filter(String text) {
        assertThat(PlainFilter.of(text)).isEmpty();
    }

    @Test
    void refuses_what_is_too_deep_or_too_long() {
        assertThat(PlainFilter.of("a/".repeat(PlainFilter.DEEPEST))).isEmpty();
        assertThat(PlainFilter.of("a/".repeat(PlainFilter.DEEPEST - 2) + "#")).isPresent();
        assertThat(PlainFilter.of("a".repeat(PlainFilter.LONGEST + 1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a/#, a/+/b, true",
        "a/#, a/#, true",
        "a/+, a/#, false",
        "a/+, a/b, true",
        "a/b, a/+, false",
        "#, +/#, true",
        "+/#, #, false",
        "a/#, a, true",
        "#, $SYS/#, false",
    })
    void covers_only_what_is_inside(String wide, String narrow, boolean covers) {
        assertThat(filter(wide).covers(filter(narrow))).isEqualTo(covers);
    }

    @Test
    void the_tree_finds_what_the_filters_match_whatever_they_are() {
        Random random = new Random(7);
        for (int run = 0; run < 2000; run++) {
            FilterTree<Integer> tree = new FilterTree<>();
            Set<PlainFilter> filters = new LinkedHashSet<>();
            for (int i = 0; i < 12; i++) {
                PlainFilter.of(text(random, LEVELS.length)).ifPresent(filters::add);
            }
            int n = 0;
            Set<Integer> gone = new HashSet<>();
            for (PlainFilter filter : filters) {
                tree.add(filter, n++, 1);
            }
            n = 0;
            for (PlainFilter filter : filters) {
                if (random.nextInt(4) == 0) {
                    tree.remove(filter, n);
                    gone.add(n);
                }
                n++;
            }
            String topic = text(random, 3);
            Set<Integer> expected = new HashSet<>();
            n = 0;
            for (PlainFilter filter : filters) {
                if (filter.matches(topic) && !gone.contains(n)) {
                    expected.add(n);
                }
                n++;
            }
            assertThat(tree.matching(topic).keySet()).as(filters + " " + topic).isEqualTo(expected);
        }
    }

    @Test
    void what_a_filter_covers_it_matches_whatever_they_are() {
        Random random = new Random(8);
        int covered = 0;
        for (int run = 0; run < 20_000; run++) {
            Optional<PlainFilter> one = PlainFilter.of(text(random, LEVELS.length));
            Optional<PlainFilter> other = PlainFilter.of(text(random, LEVELS.length));
            String topic = text(random, 3);
            if (one.isPresent() && other.isPresent() && one.get().covers(other.get())) {
                covered++;
                boolean outside = other.get().matches(topic) && !one.get().matches(topic);
                assertThat(outside ? one + " " + other + " " + topic : "").isEmpty();
            }
        }
        assertThat(covered).isGreaterThan(200);
    }

    @Test
    void an_empty_tree_keeps_nothing() {
        FilterTree<String> tree = new FilterTree<>();
        tree.add(filter("a/+/c"), "x", 0);
        tree.add(filter("a/#"), "x", 1);

        assertThat(tree.matching("a/b/c")).isEqualTo(Map.of("x", 1));
        tree.remove(filter("a/+/c"), "x");
        tree.remove(filter("a/#"), "x");
        assertThat(tree.isEmpty()).isTrue();
    }

    private static String text(Random random, int kinds) {
        int levels = 1 + random.nextInt(4);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            text.append(i == 0 ? "" : "/").append(LEVELS[random.nextInt(kinds)]);
        }
        return text.toString();
    }
}
