package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HubTablesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void routes_show_who_sends_where_what_waits_and_why() throws JsonProcessingException {
        assertThat(HubTables.routes(json("""
            {"routes": [
              {"name": "toFilter", "from": "/messages/modules/sensor/outputs/out", "to": "/modules/filter/inputs/input1",
               "matched": 40, "waiting": 3, "oldest": "2026-11-21T11:58:00Z",
               "lastError": "filter is not connected, or takes no messages"},
              {"name": "up", "from": "/messages", "to": "$upstream", "matched": 0, "waiting": 0}],
             "refused": ["route bad, character 6: a source begins with /"],
             "totals": {"received": 41, "unrouted": 1, "delivered": 36, "expired": 1, "deadLetters": 1, "dropped": 2, "waiting": 3}}
            """), NOW)).isEqualTo("""
            ROUTE     FROM                                  TO                             MATCHED  WAITING  OLDEST     LAST ERROR
            toFilter  /messages/modules/sensor/outputs/out  /modules/filter/inputs/input1  40       3        2 minutes  filter is not connected, or takes no messages
            up        /messages                             $upstream                      0        0        -          -
            not in force: route bad, character 6: a source begins with /
            since the hub's start: 41 received, 1 without a route, 36 delivered, 1 expired, 3 given up; 3 waiting
            """);
    }

    @Test
    void a_hub_without_routes_says_so() throws JsonProcessingException {
        assertThat(HubTables.routes(json("{}"), NOW)).startsWith("there are no routes in force\n");
    }

    @Test
    void clients_show_how_they_are_connected_and_why_not() throws JsonProcessingException {
        assertThat(HubTables.clients(json("""
            {"clients": [
              {"id": "board/filter", "status": "connected", "since": "2026-11-21T09:00:00Z", "protocol": "mqtt",
               "address": "172.18.0.3:40112", "subscriptions": ["inputs", "desired"]},
              {"id": "board/stranger", "status": "refused", "refusals": 4, "lastError": "refused: \\u001b[31mno such module"}]}
            """), NOW)).isEqualTo("""
            CLIENT          STATUS     SINCE    PROTOCOL  ADDRESS           SUBSCRIPTIONS   LAST ERROR
            board/filter    connected  3 hours  mqtt      172.18.0.3:40112  inputs,desired  -
            board/stranger  refused    -        -         -                 -               refused:  [31mno such module
            """);
        assertThat(HubTables.clients(json("{}"), NOW)).isEqualTo("no client has connected yet\n");
    }

    @Test
    void a_message_that_was_sent_shows_its_routes_or_why_it_goes_nowhere() throws JsonProcessingException {
        assertThat(HubTables.sent(json("{\"matched\": {\"up\": \"$upstream\"}}")))
                .isEqualTo("""
            sent; it matches
              up -> $upstream
            """);
        assertThat(HubTables.sent(json("{\"matched\": {}, \"reason\": \"no route names this source\"}")))
                .isEqualTo("sent, but it goes nowhere: no route names this source\n");
    }

    @Test
    void a_message_that_passed_is_one_line_without_what_a_terminal_would_obey() throws JsonProcessingException {
        assertThat(HubTables.passed(json("""
            {"number": 1, "source": "/messages/modules/sensor/outputs/out", "body": "{\\"t\\":\\n31}",
             "properties": {"level": "high\\u001b[2J"}, "routes": ["toFilter", "up"]}
            """), NOW))
                .isEqualTo(
                        "12:00:00  /messages/modules/sensor/outputs/out  {\"t\": 31}  level=high [2J  by toFilter, up\n");
        assertThat(HubTables.passed(json("{\"source\": \"/messages\", \"bodyBase64\": \"AP8=\", \"routes\": []}"), NOW))
                .isEqualTo("12:00:00  /messages  base64:AP8=  (no route)\n");
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return Json.MAPPER.readTree(text);
    }
}
