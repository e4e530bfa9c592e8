package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** What the commands about the built-in hub show to people. */
final class HubTables {
    private HubTables() {}

    /** The table of {@code edge-agent routes}, with what is refused below. */
    static String routes(JsonNode answer, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ROUTE", "FROM", "TO", "MATCHED", "WAITING", "OLDEST", "LAST ERROR"));
        answer.path("routes")
                .forEach(route -> rows.add(List.of(
                        text(route, "name"),
                        text(route, "from"),
                        text(route, "to"),
                        route.path("matched").asText(),
                        route.path("waiting").asText(),
                        since(route, "oldest", now),
                        text(route, "lastError"))));
        StringBuilder text = new StringBuilder();
        text.append(rows.size() == 1 ? "there are no routes in force\n" : Terminal.table(rows));
        answer.path("refused")
                .forEach(reason -> text.append("not in force: ")
                        .append(Terminal.plain(reason.asText()))
                        .append('\n'));
        JsonNode totals = answer.path("totals");
        text.append("since the hub's start: ")
                .append(totals.path("received").asLong())
                .append(" received, ")
                .append(totals.path("unrouted").asLong())
                .append(" without a route, ")
                .append(totals.path("delivered").asLong())
                .append(" delivered, ")
                .append(totals.path("expired").asLong())
                .append(" expired, ")
                .append(totals.path("deadLetters").asLong()
                        + totals.path("dropped").asLong())
                .append(" given up; ")
                .append(totals.path("waiting").asLong())
                .append(" waiting\n");
        return text.toString();
    }

    /** The table of {@code edge-agent hub clients}. */
    static String clients(JsonNode answer, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("CLIENT", "STATUS", "SINCE", "PROTOCOL", "ADDRESS", "SUBSCRIPTIONS", "LAST ERROR"));
        answer.path("clients")
                .forEach(client -> rows.add(List.of(
                        text(client, "id"),
                        text(client, "status"),
                        since(client, "since", now),
                        text(client, "protocol"),
                        text(client, "address"),
                        subscriptions(client),
                        text(client, "lastError"))));
        return rows.size() == 1 ? "no client has connected yet\n" : Terminal.table(rows);
    }

    private static String subscriptions(JsonNode client) {
        List<String> names = StreamSupport.stream(client.path("subscriptions").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return names.isEmpty() ? "-" : Terminal.plain(String.join(",", names));
    }

    /** What came of a message that a person has sent. */
    static String sent(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        JsonNode matched = answer.path("matched");
        if (matched.isEmpty()) {
            return "sent, but it goes nowhere: " + text(answer, "reason") + "\n";
        }
        text.append("sent; it matches\n");
        matched.properties()
                .forEach(route -> text.append("  ")
                        .append(Terminal.plain(route.getKey()))
                        .append(" -> ")
                        .append(Terminal.plain(route.getValue().asText()))
                        .append('\n'));
        return text.toString();
    }

    /** One line for a message that passed. */
    static String passed(JsonNode message, Instant now) {
        StringBuilder text = new StringBuilder();
        text.append(now.toString(), 11, 19).append("  ").append(text(message, "source"));
        text.append("  ")
                .append(
                        message.has("body")
                                ? text(message, "body")
                                : "base64:" + message.path("bodyBase64").asText());
        message.path("properties")
                .properties()
                .forEach(property -> text.append("  ")
                        .append(Terminal.plain(property.getKey()))
                        .append('=')
                        .append(Terminal.plain(property.getValue().asText())));
        List<String> routes = new ArrayList<>();
        message.path("routes").forEach(route -> routes.add(Terminal.plain(route.asText())));
        return text.append(routes.isEmpty() ? "  (no route)" : "  by " + String.join(", ", routes))
                .append('\n')
                .toString();
    }

    private static String text(JsonNode node, String field) {
        String text = Terminal.plain(node.path(field).asText(""));
        return text.isEmpty() ? "-" : text;
    }

    private static String since(JsonNode node, String field, Instant now) {
        return ModuleTable.time(node.path(field).asText(""))
                .map(time -> Terminal.since(time, now))
                .orElse("-");
    }
}
