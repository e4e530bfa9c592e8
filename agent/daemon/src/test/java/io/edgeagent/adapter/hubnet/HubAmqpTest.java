package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.adapter.hubnet.AmqpPeer.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of AMQP that open as Azure's for C# and C do (hub contract 1), and some that do as they like. */
class HubAmqpTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{
              "up":"FROM /messages/modules/filter/* INTO $upstream",
              "between":"FROM /messages/modules/sensor/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")"}}""";
    private static final String SENSOR = "/devices/board/modules/sensor";
    private static final String FILTER = "/devices/board/modules/filter";

    @TempDir
    private Path folder;

    private HubLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = new HubLab(folder, TWIN);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static String token(String module) {
        return HubLab.token(module, Instant.now().plusSeconds(3600));
    }

    /** Opened as C# does: no SASL, one session for tokens, one for the rest, names that never change. */
    private AmqpPeer peer(String module) throws Exception {
        AmqpPeer peer = new AmqpPeer(lab, "");
        assertThat(peer.show(token(module))).isEqualTo(200);
        return peer;
    }

    private Map<String, Boolean> clients() throws Exception {
        Map<String, Boolean> clients = new LinkedHashMap<>();
        lab.figures().clients().forEach((id, connected) -> clients.put(id.toString(), connected));
        return clients;
    }

    private static List<String> bodies(List<Received> received) {
        return received.stream().map(Received::body).toList();
    }

    @Test
    void identities_share_a_connection_under_the_same_link_names_and_the_last_link_of_one_ends_only_that_one()
            throws Exception {
        try (AmqpPeer peer = peer("sensor")) {
            assertThat(peer.show(token("filter"))).isEqualTo(200);
            Session one = peer.session();
            Session two = peer.session();
            Sender sensor = peer.sender(one, "TelemetrySenderLink", SENSOR + "/messages/events");
            Sender filter = peer.sender(two, "TelemetrySenderLink", FILTER + "/messages/events");
            Receiver inputs = peer.receiver(two, "EventsReceiverLink", FILTER + "/messages/events", 50);
            assertThat(peer.sent(sensor, AmqpPeer.text("one"))).isInstanceOf(Accepted.class);
            assertThat(peer.sent(filter, AmqpPeer.text("two"))).isInstanceOf(Accepted.class);
            peer.await(() -> peer.received.get(inputs).size() == 1);
            peer.accept(peer.received.get(inputs).get(0));
            assertThat(clients()).isEqualTo(Map.of("board/sensor", true, "board/filter", true));

            sensor.close();
            peer.await(() -> sensor.getRemoteState() == org.apache.qpid.proton.engine.EndpointState.CLOSED);
            assertThat(clients()).isEqualTo(Map.of("board/sensor", false, "board/filter", true));
            assertThat(peer.sent(filter, AmqpPeer.text("three"))).isInstanceOf(Accepted.class);
            // the same names again: nothing is locked or stolen
            Sender again = peer.sender(one, "TelemetrySenderLink", SENSOR + "/messages/events");
            assertThat(peer.sent(again, AmqpPeer.text("four"))).isInstanceOf(Accepted.class);
            peer.await(() -> peer.received.get(inputs).size() == 2);
            assertThat(bodies(peer.received.get(inputs))).containsExactly("one", "four");
        }
    }

    @Test
    void a_client_that_opens_as_the_one_in_c_does_sends_batches_and_attaches_what_gives_nothing() throws Exception {
        try (AmqpPeer peer = new AmqpPeer(lab, "MSSBCBS");
                AmqpPeer filter = peer("filter")) {
            assertThat(peer.show(token("sensor"))).isEqualTo(200);
            Session session = peer.session();
            Sender telemetry = peer.sender(session, "telemetry", "amqps://localhost" + SENSOR + "/messages/events");
            Receiver nothing = peer.receiver(session, "bound", SENSOR + "/messages/devicebound", 10);
            assertThat(peer.isAttached(nothing)).isTrue();
            Receiver inputs = filter.receiver(filter.session(), "in", FILTER + "/messages/events", 10);
            Message batch = Proton.message();
            List<Data> parts = List.of(
                    new Data(new Binary(AmqpPeer.bytes(AmqpPeer.text("one")))),
                    new Data(new Binary(AmqpPeer.bytes(AmqpPeer.text("two")))));
            byte[] first = AmqpPeer.bytes(message(batch, parts.get(0)));
            byte[] second = AmqpPeer.bytes(message(batch, parts.get(1)));
            var delivery = peer.send(telemetry, joined(first, second), 0x80013700);
            peer.await(() -> delivery.getRemoteState() instanceof Accepted);
            filter.await(() -> filter.received.get(inputs).size() == 2);
            assertThat(bodies(filter.received.get(inputs))).containsExactly("one", "two");
            assertThat(peer.received.get(nothing)).isEmpty();
        }
    }

    private static Message message(Message message, Data body) {
        message.setBody(body);
        return message;
    }

    private static byte[] joined(byte[] one, byte[] two) {
        return java.nio.ByteBuffer.allocate(one.length + two.length)
                .put(one)
                .put(two)
                .array();
    }

    @Test
    void messages_keep_what_they_say_of_themselves_and_the_sender_is_who_it_is() throws Exception {
        try (AmqpPeer sensor = peer("sensor");
                AmqpPeer filter = peer("filter")) {
            Receiver inputs = filter.receiver(filter.session(), "in", FILTER + "/messages/events", 10);
            Sender telemetry = sensor.sender(sensor.session(), "out", SENSOR + "/messages/events");
            Message message = AmqpPeer.text("body");
            message.setMessageId(UnsignedLong.valueOf(7));
            message.setCorrelationId(UUID.fromString("11111111-2222-3333-4444-555555555555"));
            message.setContentType("application/json");
            message.setUserId("me".getBytes(StandardCharsets.UTF_8));
            message.setExpiryTime(1_700_000_000_000L);
            Map<Symbol, Object> annotations = new LinkedHashMap<>();
            annotations.put(Symbol.valueOf("dt-subject"), "part");
            message.setMessageAnnotations(new MessageAnnotations(annotations));
            Map<String, Object> application = new LinkedHashMap<>();
            application.put("text", "ü");
            application.put("number", 5);
            application.put("yes", true);
            application.put("iothub-connection-module-id", "somebody-else");
            application.put("iothub-creation-time-utc", "2026-01-01T00:00:00Z");
            message.setApplicationProperties(new ApplicationProperties(application));
            assertThat(sensor.sent(telemetry, message)).isInstanceOf(Accepted.class);

            filter.await(() -> filter.received.get(inputs).size() == 1);
            Received received = filter.received.get(inputs).get(0);
            assertThat(received.body()).isEqualTo("body");
            assertThat(received.message().getMessageId()).isEqualTo("7");
            assertThat(received.message().getCorrelationId()).isEqualTo("11111111-2222-3333-4444-555555555555");
            assertThat(received.message().getContentType()).isEqualTo("application/json");
            assertThat(received.message().getUserId()).isEqualTo("me".getBytes(StandardCharsets.UTF_8));
            assertThat(received.message().getExpiryTime()).isEqualTo(1_700_000_000_000L);
            assertThat(received.annotation("x-opt-input-name")).isEqualTo("in");
            assertThat(received.annotation("iothub-connection-device-id")).isEqualTo("board");
            assertThat(received.annotation("iothub-connection-module-id")).isEqualTo("sensor");
            assertThat(received.annotation("dt-subject")).isEqualTo("part");
            assertThat(received.property("iothub-connection-module-id")).isEqualTo("sensor");
            assertThat(received.property("iothub-creation-time-utc")).isEqualTo("2026-01-01T00:00:00Z");
            assertThat(received.property("text")).isEqualTo("ü");
            assertThat(received.property("number")).isEqualTo("5");
            assertThat(received.property("yes")).isEqualTo("true");
            assertThat(received.delivery().getTag()).hasSize(16);
        }
    }

    @Test
    void inputs_come_again_after_release_modification_rejection_and_a_lost_link_in_bounds() throws Exception {
        try (AmqpPeer sensor = peer("sensor")) {
            Sender telemetry = sensor.sender(sensor.session(), "out", SENSOR + "/messages/events");
            assertThat(sensor.sent(telemetry, AmqpPeer.text("poison"))).isInstanceOf(Accepted.class);
            try (AmqpPeer lost = peer("filter")) {
                Receiver inputs = lost.receiver(lost.session(), "in", FILTER + "/messages/events", 10);
                lost.await(() -> lost.received.get(inputs).size() == 1);
            }
            try (AmqpPeer filter = peer("filter")) {
                Receiver inputs = filter.receiver(filter.session(), "in", FILTER + "/messages/events", 10);
                for (int i = 0; i < 5; i++) {
                    int before = i;
                    filter.await(() -> filter.received.get(inputs).size() > before);
                    Received received = filter.received.get(inputs).get(i);
                    assertThat(received.body()).isEqualTo("poison");
                    filter.settle(received, i == 0 ? Released.getInstance() : i == 1 ? new Modified() : new Rejected());
                }
                assertThat(sensor.sent(telemetry, AmqpPeer.text("good"))).isInstanceOf(Accepted.class);
                filter.await(() -> filter.received.get(inputs).size() == 6);
                filter.accept(filter.received.get(inputs).get(5));
                assertThat(filter.received.get(inputs).get(5).body()).isEqualTo("good");
                filter.pump();
            }
            sensor.await(() -> figure(0) == 1 && figure(1) == 1);
        }
    }

    private long figure(int which) {
        try {
            return which == 0 ? lab.figures().deadLetters() : lab.figures().delivered();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void credit_bounds_what_is_sent_and_what_waits_comes_in_order() throws Exception {
        try (AmqpPeer sensor = peer("sensor");
                AmqpPeer filter = peer("filter")) {
            Sender telemetry = sensor.sender(sensor.session(), "out", SENSOR + "/messages/events");
            for (int i = 0; i < 200; i++) {
                sensor.send(telemetry, AmqpPeer.text("m" + i), 0);
            }
            sensor.await(() -> telemetry.getQueued() == 0);
            Receiver inputs = filter.receiver(filter.session(), "in", FILTER + "/messages/events", 2);
            filter.await(() -> filter.received.get(inputs).size() == 2);
            filter.pump();
            assertThat(filter.received.get(inputs)).hasSize(2);
            inputs.flow(500);
            filter.await(() -> {
                filter.received.get(inputs).stream()
                        .filter(received -> !received.delivery().isSettled())
                        .forEach(filter::accept);
                return filter.received.get(inputs).size() == 200;
            });
            assertThat(bodies(filter.received.get(inputs)))
                    .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "m" + i).toList());
        }
    }

    @Test
    void twins_are_read_and_reported_and_their_changes_come_under_the_id_of_the_request() throws Exception {
        try (AmqpPeer peer = peer("filter")) {
            Session session = peer.session();
            Receiver answers = peer.receiver(session, "TwinReceiverLink", FILTER + "/twin", 50);
            Sender requests = peer.sender(session, "TwinSenderLink", FILTER + "/twin");
            Received twin = ask(peer, requests, answers, "GET", "", "", "text-id");
            assertThat(twin.annotation("status")).isEqualTo(200);
            assertThat(twin.body()).contains("\"desired\":{\"limit\":5");
            UUID uuid = UUID.randomUUID();
            Received patched =
                    ask(peer, requests, answers, "PATCH", "/properties/reported", "{\"colour\":\"red\"}", uuid);
            assertThat(patched.annotation("status")).isEqualTo(204);
            assertThat(ask(peer, requests, answers, "PATCH", "/properties/reported", "nonsense", uuid)
                            .annotation("status"))
                    .isEqualTo(400);
            assertThat(ask(peer, requests, answers, "PUT", "/notifications/twin/properties/desired", "", uuid)
                            .annotation("status"))
                    .isEqualTo(200);
            int before = peer.received.get(answers).size();
            lab.cloud.tell("filter", listener -> listener.desiredPatched("{\"limit\":6,\"$version\":4}"));
            peer.await(() -> peer.received.get(answers).size() > before);
            Received change = peer.received.get(answers).get(before);
            assertThat(change.body()).isEqualTo("{\"limit\":6,\"$version\":4}");
            assertThat(change.message().getCorrelationId()).isNull();
            assertThat(change.message().getMessageAnnotations()).isNull();
        }
    }

    private static Received ask(
            AmqpPeer peer, Sender requests, Receiver answers, String operation, String resource, String body, Object id)
            throws Exception {
        Message request = AmqpPeer.text(body);
        request.setCorrelationId(id);
        Map<Symbol, Object> annotations = new LinkedHashMap<>();
        annotations.put(Symbol.valueOf("operation"), operation);
        annotations.put(Symbol.valueOf("resource"), resource);
        request.setMessageAnnotations(new MessageAnnotations(annotations));
        int before = peer.received.get(answers).size();
        peer.send(requests, request, 0);
        peer.await(() -> peer.received.get(answers).size() > before);
        Received answer = peer.received.get(answers).get(before);
        assertThat(answer.message().getCorrelationId()).isEqualTo(id);
        return answer;
    }

    @Test
    void methods_are_called_with_a_uuid_and_answered_with_it_as_node_and_the_others_do() throws Exception {
        try (AmqpPeer peer = peer("filter")) {
            Session session = peer.session();
            Receiver calls = peer.receiver(session, "MethodsReceiverLink", FILTER + "/methods/deviceBound", 50);
            Sender answers = peer.sender(session, "MethodsSenderLink", FILTER + "/methods/devicebound");
            assertThat(peer.isAttached(calls)).isTrue();
            assertThat(peer.isAttached(answers)).isTrue();
            for (int i = 0; i < 3; i++) {
                lab.cloud.call("filter", "greet", "{\"n\":" + i + "}");
                int before = i;
                peer.await(() -> peer.received.get(calls).size() > before);
                Received call = peer.received.get(calls).get(i);
                assertThat(call.property("IoThub-methodname")).isEqualTo("greet");
                assertThat(call.body()).isEqualTo("{\"n\":" + i + "}");
                UUID id = (UUID) call.message().getCorrelationId();
                Message answer = AmqpPeer.text("\"done " + i + "\"");
                answer.setCorrelationId(
                        i == 0
                                ? id
                                : i == 1
                                        ? new Binary(java.nio.ByteBuffer.allocate(16)
                                                .putLong(id.getMostSignificantBits())
                                                .putLong(id.getLeastSignificantBits())
                                                .array())
                                        : id.toString().toUpperCase(java.util.Locale.ROOT));
                answer.setApplicationProperties(
                        new ApplicationProperties(new LinkedHashMap<>(Map.of("IoThub-status", 200 + i))));
                peer.send(answers, answer, 0);
                peer.await(() -> lab.cloud.answers.size() > before);
            }
            assertThat(lab.cloud.answers).containsExactly("200 \"done 0\"", "201 \"done 1\"", "202 \"done 2\"");
        }
    }
}
