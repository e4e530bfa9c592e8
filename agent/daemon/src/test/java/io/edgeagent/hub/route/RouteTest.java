package io.edgeagent.hub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM/messages/modules/camera/outputs/* INTO $upstream",
                "from /messages/modules/camera/outputs/* WHERE NOT IS_DEFINED ($connectionModuleId) into $upstream",
                "FROM /messages/modules/camera/outputs/frames INTO BrokeredEndPoint(\"modules/filter/inputs/frames\")",
                "FROM  /messages/modules/camera/*  INTO  BrokeredEndpoint('/modules/filter/inputs/frames')",
                "SELECT * FROM /messages/modules/camera WHERE true INTO $upstream)"
            })
    void takes_what_people_write(String route) throws RouteException {
        assertThat(Route.parse(route).toString()).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM /messages/* WHERE temperature > 30 INTO $upstream | 35 | as_number",
                "FROM /messages/* WHERE NOT status = 'bad' INTO $upstream | 23 | NOT (a = b)",
                "FROM /messages/* WHERE status = null INTO $upstream | 30 | is_defined",
                "FROM messages INTO $upstream | 5 | /messages/*",
                "FROM /messages/* INTO $cloud | 22 | $upstream",
                "FROM /messages/* INTO BrokeredEndpoint(\"/modules/x\") | 39 | /modules/NAME/inputs/INPUT"
            })
    void says_where_the_fault_is_and_what_to_write(String route, int position, String advice) {
        assertThatThrownBy(() -> Route.parse(route))
                .hasMessageContaining(advice)
                .asInstanceOf(InstanceOfAssertFactories.type(RouteException.class))
                .extracting(RouteException::position)
                .isEqualTo(position);
    }

    @Test
    void names_the_parts_of_a_condition_that_do_not_hold() throws RouteException, JsonProcessingException {
        Route route = Route.parse("FROM /* WHERE level = 'high' AND $body.t > 30 AND is_defined(zone) INTO $upstream");
        SampleMessage message = new SampleMessage(new ObjectMapper()
                .readTree("{\"body\":{\"t\":20},\"contentType\":\"application/json\",\"contentEncoding\":\"utf-8\","
                        + "\"appProperties\":{\"level\":\"high\"}}"));

        assertThat(route.unmet(message)).containsExactly("$body.t > 30 is false", "is_defined(zone) is false");
    }

    @Test
    void a_route_that_is_nested_without_end_is_refused_and_does_not_exhaust_the_stack() {
        assertThatThrownBy(() -> Route.parse("FROM /* WHERE " + "(".repeat(8000) + " INTO $upstream"))
                .isInstanceOf(RouteException.class);
        assertThatThrownBy(() -> Route.parse("FROM /* WHERE " + "not ".repeat(3000) + "true INTO $upstream"))
                .isInstanceOf(RouteException.class);
        assertThatThrownBy(() -> Route.parse("FROM /* WHERE true" + " and true".repeat(1500) + " INTO $upstream"))
                .isInstanceOf(RouteException.class);
        assertThatThrownBy(() -> Route.parse("FROM /" + "a".repeat(20_000) + " INTO $upstream"))
                .isInstanceOf(RouteException.class);
    }

    @Test
    void any_text_is_a_route_or_a_reason() {
        String[] words = {
            "FROM",
            "/",
            "*",
            "messages",
            "modules",
            "WHERE",
            "INTO",
            "$upstream",
            "BrokeredEndpoint",
            "(",
            ")",
            "\"/modules/a/inputs/b\"",
            "$body.",
            "$body.a[0]",
            "[",
            "]",
            "{",
            "}",
            "'",
            "\"",
            "\\",
            "and",
            "OR",
            "not",
            "=",
            "<>",
            "!=",
            "||",
            "??",
            "1",
            "-",
            "0x",
            "1e",
            ".5",
            "as_number",
            "is_defined",
            "concat",
            ",",
            ";",
            "#",
            "\u0000",
            "\ud83d",
            " ",
            "/*",
            "*/",
            "null",
            "undefined"
        };
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("FROM /* WHERE ");
            for (int n = random.nextInt(20); n >= 0; n--) {
                text.append(words[random.nextInt(words.length)]).append(random.nextBoolean() ? " " : "");
            }
            text.append(" INTO $upstream");
            try {
                Route.parse(text.toString()).matches(EMPTY);
            } catch (RouteException e) {
                assertThat(e.position()).as(text.toString()).isBetween(0, text.length());
            }
        }
    }

    private static final SampleMessage EMPTY = new SampleMessage(new ObjectMapper().createObjectNode());
}
