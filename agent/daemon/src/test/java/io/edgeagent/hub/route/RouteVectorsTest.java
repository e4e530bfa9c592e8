package io.edgeagent.hub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Routes whose outcome in IoT Edge is known, each with its rule. */
class RouteVectorsTest {
    @Test
    void routes_mean_what_they_mean_in_IoT_Edge() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode vector : vectors()) {
            String outcome = outcome(vector);
            String expected = vector.path("valid").asBoolean()
                    ? vector.path("endpoint").asText() + " "
                            + vector.path("matches").asBoolean() + " "
                            + vector.path("result").asText()
                    : vector.path("invalidAt").asText();
            if (!outcome.equals(expected)) {
                wrong.add(vector.path("route").asText() + ": " + outcome + " instead of " + expected + " ("
                        + vector.path("why").asText() + ")");
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static String outcome(JsonNode vector) {
        try {
            Route route = Route.parse(vector.path("route").asText());
            SampleMessage message = new SampleMessage(vector.path("message"));
            return route.endpoint() + " " + route.matches(message) + " " + route.result(message);
        } catch (RouteException e) {
            return e.stage().name().toLowerCase(Locale.ROOT);
        }
    }

    static JsonNode vectors() throws IOException {
        try (InputStream file = RouteVectorsTest.class.getResourceAsStream("vectors.json")) {
            return new ObjectMapper().readTree(file).path("vectors");
        }
    }
}
