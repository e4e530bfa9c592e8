package io.edgeagent.hub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever a manifest has as a route, it is a route or is refused with a position in it; and it can be asked about any message. */
class RouteFuzzTest {
    // more with -Dfuzz.rounds=N
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 100_000);
    private static final List<String> PIECES = List.of(
            "(",
            ")",
            "()",
            "((((",
            "NOT ",
            "-",
            "--",
            " AND ",
            " OR ",
            " = ",
            " <> ",
            " || ",
            "'",
            "\"",
            "\\",
            "$body.",
            "$body.a[",
            "]",
            "$twin.",
            "1e999",
            "0x",
            "9223372036854775808",
            "IS_DEFINED(",
            "as_number(",
            "/",
            "/*",
            "*",
            "INTO",
            "FROM",
            "WHERE",
            "SELECT",
            "BrokeredEndpoint(",
            "$upstream",
            "\u0000",
            "\ud800",
            "\u2028",
            "\uff10",
            "ı",
            "'' ",
            "{",
            "}",
            "--x",
            "/*x");
    private static final List<String> BODIES = List.of(
            "{\"a\":[1,{\"b\":null}]}",
            "[".repeat(5000),
            "{\"a\":1e400}",
            "\"\\ud800\"",
            "",
            "{\"a\":{\"a\":{}}",
            "nul",
            "7");

    private final SplittableRandom random = new SplittableRandom(41);

    @Test
    void a_mangled_route_is_a_route_or_is_refused_and_nothing_else() throws IOException {
        List<String> routes = new ArrayList<>();
        List<SampleMessage> messages = new ArrayList<>();
        for (JsonNode vector : RouteVectorsTest.vectors()) {
            routes.add(vector.path("route").asText());
            if (vector.path("message").isObject()) {
                messages.add(new SampleMessage(vector.path("message")));
            }
        }
        BODIES.forEach(body -> messages.add(new SampleMessage(message(body))));
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = mangled(routes);
            try {
                Route.parse(text).matches(messages.get(random.nextInt(messages.size())));
                accepted++;
            } catch (RouteException e) {
                assertThat(e.position()).as(text).isBetween(0, text.length());
                assertThat(e.getMessage()).as(text).isNotBlank().hasSizeLessThan(1000);
            }
        }
        assertThat(accepted).isBetween(1, ROUNDS - 1);
    }

    @Test
    void a_route_that_is_as_long_as_it_may_be_needs_no_more_stack_than_there_is() {
        for (String piece : PIECES) {
            String text = "FROM /messages/* WHERE " + piece.repeat(Route.MAX_LENGTH / piece.length() - 10);
            try {
                assertThat(Route.parse(text)).isNotNull();
            } catch (RouteException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1000);
            }
        }
    }

    private static ObjectNode message(String body) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("body", body);
        message.putObject("systemProperties")
                .put("contentType", "application/json")
                .put("contentEncoding", "utf-8");
        return message;
    }

    private String mangled(List<String> routes) {
        StringBuilder text = new StringBuilder(routes.get(random.nextInt(routes.size())));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.insert(at, (char) random.nextInt(0x3000));
                default -> {
                    String other = routes.get(random.nextInt(routes.size()));
                    int from = random.nextInt(other.length() + 1);
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(30)));
                }
            }
        }
        return text.toString();
    }
}
