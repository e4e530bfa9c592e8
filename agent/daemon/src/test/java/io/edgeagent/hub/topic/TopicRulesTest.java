package io.edgeagent.hub.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.hub.ClientId;
import io.edgeagent.model.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRulesTest {
    private static final TopicIdentity SENSOR = TopicIdentity.of(ClientId.leaf("sensor_1"));
    private static final TopicIdentity MODULE = TopicIdentity.of(ClientId.module("board", "filter"));
    private static final TopicIdentity LOCAL = TopicIdentity.local("zigbee", "z-1");

    private final List<String> problems = new ArrayList<>();

    private Grants grants(TopicIdentity identity, String statements) throws Exception {
        return TopicRules.parse(
                        Json.MAPPER.readTree("{\"authorizations\":[" + statements + "]}"),
                        "board",
                        "hub.example",
                        problems)
                .of(identity);
    }

    @Test
    void nothing_is_allowed_by_itself_but_to_connect() throws Exception {
        Grants grants = grants(SENSOR, "");

        assertThat(grants.mayConnect()).isTrue();
        assertThat(grants.mayPublish("a")).isFalse();
        assertThat(grants.maySubscribe(PlainFilter.of("a").orElseThrow())).isFalse();
    }

    @Test
    void the_example_of_iot_edge_means_what_its_page_says() throws Exception {
        String rules = """
                {"identities":["rogue_client"],"deny":[{"operations":["mqtt:connect"]}]},
                {"identities":["{{iot:identity}}"],"allow":[{"operations":["mqtt:connect"]}]},
                {"identities":["sensor_1"],"allow":[{"operations":["mqtt:publish"],"resources":["events/alerts"]}]}""";

        assertThat(grants(TopicIdentity.of(ClientId.leaf("rogue_client")), rules)
                        .mayConnect())
                .isFalse();
        assertThat(grants(SENSOR, rules).mayConnect()).isTrue();
        assertThat(grants(SENSOR, rules).mayPublish("events/alerts")).isTrue();
        assertThat(grants(SENSOR, rules).mayPublish("events/other")).isFalse();
        assertThat(grants(MODULE, rules).mayPublish("events/alerts")).isFalse();
        assertThat(problems).isEmpty();
    }

    @Test
    void an_identity_may_be_written_with_the_hub_before_it() throws Exception {
        String rules = TopicRig.statement("\"hub.example/sensor_1\"", "\"mqtt:publish\"", "test_topic");

        assertThat(grants(SENSOR, rules).mayPublish("test_topic")).isTrue();
        assertThat(grants(TopicIdentity.local("hub.example/sensor_1", "x"), "").mayPublish("test_topic"))
                .isFalse();
    }

    @Test
    void what_is_denied_stays_denied_wherever_the_statements_stand() throws Exception {
        String deny = """
                {"identities":["zigbee"],"deny":[{"operations":["mqtt:publish","mqtt:subscribe"],"resources":["home/secret/#"]}]}""";
        String allow = TopicRig.statement("\"zigbee\"", "\"mqtt:publish\",\"mqtt:subscribe\"", "home/#");

        for (String rules : List.of(deny + "," + allow, allow + "," + deny)) {
            Grants grants = grants(LOCAL, rules);
            assertThat(grants.mayPublish("home/secret")).isFalse();
            assertThat(grants.mayPublish("home/lamp")).isTrue();
            assertThat(grants.maySubscribe(PlainFilter.of("home/secret/x").orElseThrow()))
                    .isFalse();
            assertThat(grants.maySubscribe(PlainFilter.of("home/#").orElseThrow()))
                    .isTrue();
            assertThat(grants.mayReceive("home/secret/x")).isFalse();
            assertThat(grants.mayReceive("home/lamp")).isTrue();
        }
    }

    @Test
    void a_filter_must_be_allowed_whole() throws Exception {
        Grants grants = grants(LOCAL, TopicRig.statement("\"zigbee\"", "\"mqtt:subscribe\"", "home/+/state"));

        assertThat(grants.maySubscribe(PlainFilter.of("home/+/state").orElseThrow()))
                .isTrue();
        assertThat(grants.maySubscribe(PlainFilter.of("home/lamp/state").orElseThrow()))
                .isTrue();
        assertThat(grants.maySubscribe(PlainFilter.of("home/#").orElseThrow())).isFalse();
        assertThat(grants.maySubscribe(PlainFilter.of("#").orElseThrow())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "{{iot:identity}}/x, board/filter/x",
        "d/{{iot:device_id}}, d/board",
        "m-{{iot:module_id}}, m-filter",
        "{{iot:this_device_id}}/{{iot:module_id}}, board/filter",
        "c/{{mqtt:client_id}}, c/board/filter",
        "{{mqtt:topic}}, any/thing",
    })
    void variables_stand_for_the_client(String resource, String topic) throws Exception {
        String rules = TopicRig.statement("\"{{iot:identity}}\"", "\"mqtt:publish\"", resource);

        assertThat(grants(MODULE, rules).mayPublish(topic)).isTrue();
        assertThat(grants(LOCAL, rules).mayPublish(topic)).isFalse();
        assertThat(problems).isEmpty();
    }

    @Test
    void a_device_named_like_a_wildcard_gains_nothing() throws Exception {
        TopicIdentity hash = TopicIdentity.of(ClientId.leaf("#"));
        String allow = TopicRig.statement("\"#\"", "\"mqtt:publish\"", "in/{{iot:device_id}}");
        String deny = "{\"identities\":[\"#\"],\"deny\":[{\"operations\":[\"mqtt:publish\"],"
                + "\"resources\":[\"out/{{iot:device_id}}\"]}]}";

        assertThat(grants(hash, allow).mayPublish("in/x")).isFalse();
        assertThat(grants(hash, TopicRig.statement("\"#\"", "\"mqtt:publish\"", "#") + "," + deny)
                        .mayPublish("out/x"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|statement 1: it must be an object",
                "{\"identities\":[],\"allow\":[]}|statement 1: identities must be a list of 1 to 200 texts",
                "{\"identities\":[\"a\"]}|statement 1: it neither allows nor denies anything",
                "{\"identities\":[\"a\"],\"allow\":[{\"operations\":[\"mqtt:all\"],\"resources\":[\"x\"]}]}|the operation"
                        + " \"mqtt:all\" is not",
                "{\"identities\":[\"a\"],\"allow\":[{\"operations\":[\"mqtt:publish\"]}]}|resources must be a list",
                "{\"identities\":[\"a\"],\"allow\":[{\"operations\":[\"mqtt:publish\"],\"resources\":[\"x/#/y\"]}]}|is not a"
                        + " topic",
                "{\"identities\":[\"{{iot:tenant}}\"],\"allow\":[{\"operations\":[\"mqtt:connect\"]}]}|there is no variable"
                        + " {{iot:tenant}} here",
            })
    void a_wrong_statement_is_named_and_the_others_count(String wrong, String named) throws Exception {
        String right = TopicRig.statement("\"sensor_1\"", "\"mqtt:publish\"", "good");

        assertThat(grants(SENSOR, wrong + "," + right).mayPublish("good")).isTrue();
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("mqttBroker.authorizations, ")
                .contains(named);
    }
}
