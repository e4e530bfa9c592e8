package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.hub.StoreLimits;
import io.edgeagent.testing.Warns;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be at the hub by AMQP, for how long, and with how much. */
class HubAmqpLimitsTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{"up":"FROM /messages/modules/sensor/* INTO $upstream"}}""";
    private static final String KEPT = """
            {"schemaVersion":"1.0","routes":{
              "kept":"FROM /messages/modules/sensor/* INTO BrokeredEndpoint(\\"/modules/absent/inputs/in\\")"}}""";
    private static final String EVENTS = "/devices/board/modules/sensor/messages/events";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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

    private static String token(Duration life) {
        return HubLab.token("sensor", Instant.now().plus(life));
    }

    private AmqpPeer peer() throws Exception {
        AmqpPeer peer = new AmqpPeer(lab, "");
        assertThat(peer.show(token(Duration.ofHours(1)))).isEqualTo(200);
        return peer;
    }

    @Test
    void a_token_that_does_not_count_is_answered_with_401_and_its_links_are_refused() throws Exception {
        try (AmqpPeer peer = new AmqpPeer(lab, "ANONYMOUS")) {
            Session cbs = peer.session();
            Sender requests = peer.sender(cbs, "s", "$cbs");
            Receiver answers = peer.receiver(cbs, "r", "/$cbs", 10);
            assertThat(peer.show(requests, answers, token(Duration.ofMinutes(-10))))
                    .isEqualTo(401);
            assertThat(peer.show(requests, answers, token(Duration.ofHours(1)).replace("sensor", "filter")))
                    .isEqualTo(401);
            assertThat(peer.show(requests, answers, "nonsense")).isEqualTo(401);
            assertThat(peer.show(requests, answers, 5)).isEqualTo(400);
            assertThat(peer.refusal(peer.sender(cbs, "events", EVENTS))).isEqualTo("amqp:unauthorized-access");
            assertThat(peer.refusal(peer.sender(cbs, "nowhere", "/devices/board/files")))
                    .isEqualTo("amqp:not-found");
            assertThat(peer.show(requests, answers, token(Duration.ofHours(1)))).isEqualTo(200);
            assertThat(peer.isAttached(peer.sender(cbs, "again", EVENTS))).isTrue();
        }
    }

    @Test
    void who_shows_a_token_by_plain_needs_no_cbs() throws Exception {
        try (AmqpPeer good = new AmqpPeer(
                lab, transport -> transport.sasl().plain("board/modules/sensor@sas.hub", token(Duration.ofHours(1))))) {
            Sender events = good.sender(good.session(), "events", EVENTS);
            assertThat(good.sent(events, AmqpPeer.text("x"))).isInstanceOf(Accepted.class);
        }
        try (AmqpPeer bad =
                new AmqpPeer(lab, transport -> transport.sasl().plain("board/modules/sensor@sas.hub", "nonsense"))) {
            bad.session();
            await().atMost(PATIENCE).until(() -> {
                bad.pump();
                return bad.over;
            });
        }
    }

    @Test
    void a_second_connection_of_an_identity_takes_the_place_of_the_first() throws Exception {
        try (AmqpPeer first = peer();
                AmqpPeer second = peer()) {
            Sender old = first.sender(first.session(), "events", EVENTS);
            assertThat(first.isAttached(old)).isTrue();
            Sender events = second.sender(second.session(), "events", EVENTS);
            assertThat(second.sent(events, AmqpPeer.text("x"))).isInstanceOf(Accepted.class);
            assertThat(first.refusal(old)).isEqualTo("amqp:link:detach-forced");
        }
    }

    @Test
    void a_client_leaves_with_its_token_unless_it_shows_a_newer_one() throws Exception {
        try (AmqpPeer peer = new AmqpPeer(lab, "")) {
            Session cbs = peer.session();
            Sender requests = peer.sender(cbs, "s", "$cbs");
            Receiver answers = peer.receiver(cbs, "r", "$cbs", 10);
            assertThat(peer.show(requests, answers, token(Duration.ofMinutes(1))))
                    .isEqualTo(200);
            Sender events = peer.sender(peer.session(), "events", EVENTS);
            assertThat(peer.sent(events, AmqpPeer.text("0"))).isInstanceOf(Accepted.class);
            assertThat(peer.show(requests, answers, token(Duration.ofMinutes(12))))
                    .isEqualTo(200);
            for (int minute = 1; minute <= 10; minute++) {
                lab.pass(Duration.ofMinutes(1));
                assertThat(peer.sent(events, AmqpPeer.text("" + minute))).isInstanceOf(Accepted.class);
            }
            for (int minute = 11; minute <= 18 && events.getRemoteState() == EndpointState.ACTIVE; minute++) {
                lab.pass(Duration.ofMinutes(1));
                peer.show(requests, answers, 5);
            }
            assertThat(peer.refusal(events)).isEqualTo("amqp:link:detach-forced");
        }
    }

    @Test
    void what_is_too_large_is_rejected_and_what_follows_is_taken() throws Exception {
        try (AmqpPeer peer = peer()) {
            Sender events = peer.sender(peer.session(), "events", EVENTS);
            for (int size : new int[] {262_145, 700_000}) {
                Rejected rejected = (Rejected) peer.sent(events, AmqpPeer.binary(new byte[size]));
                assertThat(rejected.getError().getCondition().toString()).isEqualTo("amqp:link:message-size-exceeded");
            }
            assertThat(peer.sent(events, AmqpPeer.binary(new byte[262_000]))).isInstanceOf(Accepted.class);
            assertThat(lab.figures().received()).isEqualTo(1);
        }
    }

    @Test
    @Warns({"event=messages_not_stored", "event=message_unmatched"})
    void an_identity_whose_messages_cannot_be_stored_does_not_stop_the_others_of_its_connection() throws Exception {
        StoreLimits room = new StoreLimits(StoreLimits.LEAST, StoreLimits.LEAST, true);
        try (HubLab full = new HubLab(folder.resolve("full"), KEPT, ConnectionLimit.MOST_CONNECTIONS, room);
                AmqpPeer peer = new AmqpPeer(full, "")) {
            Session cbs = peer.session();
            Sender requests = peer.sender(cbs, "s", "$cbs");
            Receiver answers = peer.receiver(cbs, "r", "$cbs", 100);
            assertThat(peer.show(requests, answers, token(Duration.ofHours(1)))).isEqualTo(200);
            String other = HubLab.token("other", Instant.now().plus(Duration.ofHours(1)));
            assertThat(peer.show(requests, answers, other)).isEqualTo(200);
            Session session = peer.session();
            Sender quiet = peer.sender(session, "quiet", EVENTS.replace("sensor", "other"));
            assertThat(peer.sent(quiet, AmqpPeer.text("0"))).isInstanceOf(Accepted.class);
            Sender events = peer.sender(session, "events", EVENTS);
            for (int refusals = 0; refusals < 70; ) {
                if (peer.sent(events, AmqpPeer.binary(new byte[100_000])) instanceof Rejected rejected) {
                    assertThat(rejected.getError().getCondition().toString())
                            .isEqualTo("com.microsoft:device-container-throttled");
                    assertThat(rejected.getError().getDescription()).contains("the store has its 4 MB");
                    refusals++;
                }
            }
            // a batch of which a part cannot be stored is to come again whole
            Message batch = Proton.message();
            batch.setBody(new Data(new Binary(AmqpPeer.bytes(AmqpPeer.text("part")))));
            Delivery sent = peer.send(events, batch, 0x80013700);
            peer.await(() -> sent.getRemoteState() instanceof Rejected);

            assertThat(events.getRemoteState()).isEqualTo(EndpointState.ACTIVE);
            assertThat(peer.sent(quiet, AmqpPeer.text("1"))).isInstanceOf(Accepted.class);
        }
    }

    @Test
    void a_silent_client_is_given_up_and_one_that_says_how_often_it_wants_to_hear_something_does() throws Exception {
        try (AmqpPeer silent = peer();
                AmqpPeer listening = new AmqpPeer(lab, transport -> transport.setIdleTimeout(40_000))) {
            listening.await(listening::isOpen);
            long heard = listening.frames();
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(5));
                listening.pump();
                return listening.frames() > heard;
            });
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(20));
                return lab.openConnections() == 0;
            });
            assertThat(silent.over).isFalse();
        }
    }

    @Test
    void a_connection_that_does_not_begin_ends_after_ten_seconds() throws Exception {
        try (AmqpPeer peer = new AmqpPeer(lab, "")) {
            await().atMost(PATIENCE).until(() -> lab.openConnections() == 1);
            lab.pass(Duration.ofSeconds(5));
            assertThat(lab.openConnections()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> {
                lab.pass(Duration.ofSeconds(5));
                return lab.openConnections() == 0;
            });
            assertThat(peer.over).isFalse();
        }
    }

    @Test
    void clients_are_told_that_the_hub_goes() throws Exception {
        try (AmqpPeer peer = peer()) {
            Sender events = peer.sender(peer.session(), "events", EVENTS);
            assertThat(peer.isAttached(events)).isTrue();
            lab.shutDownAmqp();
            await().atMost(PATIENCE).until(() -> {
                peer.pump();
                return peer.over;
            });
            assertThat(events.getRemoteCondition().getCondition().toString()).isEqualTo("amqp:link:detach-forced");
            assertThat(peer.connection.getRemoteCondition().getCondition().toString())
                    .isEqualTo("amqp:connection:forced");
        }
    }
}
