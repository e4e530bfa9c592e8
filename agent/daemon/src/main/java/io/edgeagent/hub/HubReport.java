package io.edgeagent.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.route.Endpoint;
import io.edgeagent.model.Json;
import io.edgeagent.runtime.Metrics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pictures of the hub for a person and for metrics, as JSON. For the hub's thread. */
final class HubReport {
    private HubReport() {}

    /** {@code routes}, {@code refused}, {@code totals} and {@code metrics}. */
    static ObjectNode routes(Hub hub) {
        ObjectNode report = Json.MAPPER.createObjectNode();
        Map<String, MessageStore.Depth> depths = depths(hub);
        ArrayNode routes = report.putArray("routes");
        HubSettings settings = hub.router().settings();
        settings.routes()
                .forEach((name, rule) -> route(
                        routes.addObject().put("name", name),
                        hub,
                        rule,
                        hub.router().matched().getOrDefault(name, 0L),
                        depths));
        ArrayNode refused = report.putArray("refused");
        settings.problems().forEach(refused::add);
        HubFigures figures = hub.figures();
        report.putObject("totals")
                .put("received", figures.received())
                .put("unrouted", figures.unrouted())
                .put("routed", figures.routed())
                .put("delivered", figures.delivered())
                .put("expired", figures.expired())
                .put("deadLetters", figures.deadLetters())
                .put("dropped", figures.dropped())
                .put("waiting", figures.waiting())
                .put("storedBytes", figures.diskBytes());
        metrics(report.putArray("metrics"), hub, figures);
        return report;
    }

    private static void route(
            ObjectNode node,
            Hub hub,
            HubSettings.RouteRule rule,
            long matched,
            Map<String, MessageStore.Depth> depths) {
        Endpoint endpoint = rule.route().endpoint();
        node.put("route", rule.route().toString())
                .put("from", rule.route().source())
                .put("to", endpoint.toString());
        if (rule.priority() != HubSettings.LOWEST_PRIORITY) {
            node.put("priority", rule.priority());
        }
        node.put("matched", matched);
        MessageStore.Depth depth = depths.getOrDefault(
                key(endpoint.toString(), rule.priority()), new MessageStore.Depth(0, 0, Optional.empty()));
        node.put("waiting", depth.messages()).put("waitingBytes", depth.bytes());
        depth.oldest()
                .ifPresent(at -> node.put("oldest", Instant.ofEpochMilli(at).toString()));
        trouble(hub, rule, depth).ifPresent(reason -> node.put("lastError", reason));
    }

    /** Why messages of this route do not get on; empty if they do, as far as the hub knows. */
    private static Optional<String> trouble(Hub hub, HubSettings.RouteRule rule, MessageStore.Depth depth) {
        if (rule.route().endpoint() instanceof Endpoint.ModuleInput input) {
            return hub.listener(input.module())
                    ? Optional.empty()
                    : Optional.of(input.module() + " is not connected, or takes no messages");
        }
        return hub.peers().stream()
                .filter(peer -> depth.messages() > 0 && !peer.cloud().isEmpty())
                .flatMap(peer -> peer.upstreamTrouble().stream())
                .findFirst();
    }

    private static String key(String endpoint, int priority) {
        return priority + " " + endpoint;
    }

    /** What waits for an endpoint with a priority, whoever sent it. */
    private static Map<String, MessageStore.Depth> depths(Hub hub) {
        Map<String, MessageStore.Depth> depths = new TreeMap<>();
        hub.depths()
                .forEach((name, depth) -> depths.merge(
                        key(name.endpoint(), name.priority()),
                        depth,
                        (one, other) -> new MessageStore.Depth(
                                one.messages() + other.messages(),
                                one.bytes() + other.bytes(),
                                older(one.oldest(), other.oldest()))));
        return depths;
    }

    private static Optional<Long> older(Optional<Long> one, Optional<Long> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(Math.min(one.get(), other.get()))
                : one.or(() -> other);
    }

    private static void metrics(ArrayNode list, Hub hub, HubFigures figures) {
        hub.metrics().write(list);
        Metrics.gauge(
                list,
                "edgehub_connected_clients",
                hub.peers().stream().filter(HubPeer::isConnected).count());
        Map<String, Long> lengths = new TreeMap<>();
        Optional<Long> oldest = Optional.empty();
        for (Map.Entry<QueueName, MessageStore.Depth> queue : hub.depths().entrySet()) {
            lengths.merge(
                    queue.getKey().priority() + "\n" + queue.getKey().endpoint(),
                    queue.getValue().messages(),
                    Long::sum);
            oldest = older(oldest, queue.getValue().oldest());
        }
        lengths.forEach((key, length) -> {
            int line = key.indexOf('\n');
            Metrics.gauge(
                    list,
                    "edgehub_queue_length",
                    length,
                    "endpoint",
                    key.substring(line + 1),
                    "priority",
                    key.substring(0, line));
        });
        Metrics.gauge(list, "edgehub_stored_bytes", figures.diskBytes());
        Metrics.gauge(list, "edgehub_dead_letters_total", figures.deadLetters());
        Optional<Long> age = oldest.flatMap(stored ->
                hub.runtime().wallClock().map(now -> Math.max(0, now.toEpochMilli() - stored) / 1000));
        Metrics.gauge(list, "edgehub_oldest_message_seconds", age.orElse(0L));
    }

    /** {@code clients}: those that the hub has seen, and those that it refused. */
    static ObjectNode clients(Hub hub) {
        ObjectNode report = Json.MAPPER.createObjectNode();
        ArrayNode clients = report.putArray("clients");
        Map<ClientId, ClientRefusals.Refused> refused =
                new TreeMap<>(hub.refusals().all());
        for (HubPeer peer : hub.peers()) {
            if (peer.id().module().filter("$edgeHub"::equals).isPresent()) {
                continue;
            }
            ObjectNode node = clients.addObject();
            peer.describe(node);
            Optional.ofNullable(refused.remove(peer.id())).ifPresent(refusal -> refusal(node, refusal));
        }
        refused.forEach((id, refusal) ->
                refusal(clients.addObject().put("id", id.toString()).put("status", "refused"), refusal));
        hub.others().accept(clients);
        return report;
    }

    private static void refusal(ObjectNode node, ClientRefusals.Refused refusal) {
        refusal.at().ifPresent(at -> node.put("refusedAt", at.toString()));
        node.put("refusals", refusal.count());
        if (!node.path("status").asText().equals("connected")) {
            node.put("lastError", "refused: " + refusal.reason());
        }
    }

    /** A message for a person to read. */
    static ObjectNode message(Taps.Passed passed) {
        Message message = passed.message();
        ObjectNode node = Json.MAPPER.createObjectNode().put("number", passed.number());
        node.put("source", message.source());
        node.put("sender", message.sender().toString());
        ArrayNode routes = node.putArray("routes");
        passed.routes().forEach(routes::add);
        text(message.bytes())
                .ifPresentOrElse(
                        text -> node.put("body", text),
                        () -> node.put("bodyBase64", Base64.getEncoder().encodeToString(bytes(message.bytes()))));
        ObjectNode properties = node.putObject("properties");
        message.application().forEach(properties::put);
        ObjectNode system = node.putObject("systemProperties");
        message.system().forEach(system::put);
        return node;
    }

    private static Optional<String> text(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** What the routes make of a message: {@code matched} with endpoints, or {@code reason}. */
    static ObjectNode fate(Router router, Message message) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        ObjectNode matched = node.putObject("matched");
        Map<String, Endpoint> endpoints = router.matching(message);
        endpoints.forEach((route, endpoint) -> matched.put(route, endpoint.toString()));
        if (endpoints.isEmpty()) {
            node.put("reason", router.reason(message));
        }
        return node;
    }

    static ObjectNode messages(List<Taps.Passed> passed) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        ArrayNode messages = node.putArray("messages");
        passed.forEach(one -> messages.add(message(one)));
        return node;
    }
}
