package io.edgeagent.adapter.hubnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeagent.adapter.hubnet.AmqpPeer.Received;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.ModuleDirectory;
import io.edgeagent.x509.CertificateRequest;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device behind the board that speaks AMQP (hub contract 1.4, 1.6, 3.4). */
class HubAmqpLeafTest {
    private static final String TWIN = """
            {"schemaVersion":"1.0","routes":{"up":"FROM /messages/* INTO $upstream"}}""";
    private static final ClientId CAMERA = ClientId.leaf(HubLab.LEAF);
    private static final ClientId DOORBELL = ClientId.leaf("doorbell");
    private static final String EVENTS = "/devices/doorbell/messages/events";
    private static final String BOUND = "/devices/camera/messages/deviceBound";
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

    private AmqpPeer peer() throws Exception {
        AmqpPeer peer = new AmqpPeer(lab, "");
        assertThat(peer.show(HubLab.leafToken())).isEqualTo(200);
        return peer;
    }

    private void fromCloud(long tag, String body) throws Exception {
        Message message = new Message(
                CAMERA,
                Optional.empty(),
                Map.of(
                        "messageId",
                        "m-" + tag,
                        "to",
                        BOUND,
                        "ack",
                        "full",
                        "absolute-expiry-time",
                        "2126-01-01T00:00:00Z"),
                Map.of("mood", "gläd"),
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        lab.cloud.tell(CAMERA, listener -> listener.cloudMessage(tag, message));
    }

    private Receiver bound(AmqpPeer peer, int credit) throws Exception {
        Receiver bound = peer.receiver(peer.session(), "TelemetryReceiverLink", BOUND, credit);
        assertThat(peer.isAttached(bound)).isTrue();
        await().atMost(PATIENCE).until(() -> lab.cloud.wantsMessages(CAMERA));
        return bound;
    }

    @Test
    void messages_from_the_cloud_come_with_all_that_they_say_and_are_done_with_once_they_are_accepted()
            throws Exception {
        try (AmqpPeer peer = peer()) {
            Receiver bound = bound(peer, 10);
            assertThat(bound.getRemoteReceiverSettleMode()).isEqualTo(ReceiverSettleMode.SECOND);
            fromCloud(1, "first");
            peer.await(() -> peer.received.get(bound).size() == 1);
            Received first = peer.received.get(bound).get(0);
            assertThat(first.body()).isEqualTo("first");
            assertThat(first.message().getMessageId()).isEqualTo("m-1");
            assertThat(first.message().getAddress()).isEqualTo(BOUND);
            assertThat(first.message().getExpiryTime()).isEqualTo(4_922_899_200_000L);
            assertThat(first.property("iothub-ack")).isEqualTo("full");
            assertThat(first.property("mood")).isEqualTo("gläd");
            assertThat(first.delivery().getTag()).hasSize(16);
            assertThat(lab.cloud.done).isEmpty();

            // as C# does: what it says is settled by the hub
            first.delivery().disposition(Accepted.getInstance());
            peer.await(() -> first.delivery().remotelySettled());
            first.delivery().settle();
            await().atMost(PATIENCE).until(() -> lab.cloud.done.contains(1L));
        }
    }

    @Test
    void what_the_device_releases_or_has_not_answered_comes_again_and_what_it_rejects_does_not() throws Exception {
        try (AmqpPeer lost = peer()) {
            Receiver bound = bound(lost, 10);
            fromCloud(1, "one");
            fromCloud(2, "two");
            fromCloud(3, "three");
            lost.await(() -> lost.received.get(bound).size() == 3);
            lost.settle(lost.received.get(bound).get(0), new Rejected());
            lost.settle(lost.received.get(bound).get(1), Released.getInstance());
            lost.await(() -> lost.received.get(bound).size() == 4);
            assertThat(lost.received.get(bound).get(3).body()).isEqualTo("two");
            await().atMost(PATIENCE).until(() -> lab.cloud.done.contains(1L));
        }
        try (AmqpPeer peer = peer()) {
            Receiver bound = bound(peer, 1);
            peer.await(() -> peer.received.get(bound).size() == 1);
            peer.pump();
            assertThat(peer.received.get(bound)).hasSize(1);
            bound.flow(1);
            peer.await(() -> peer.received.get(bound).size() == 2);
            assertThat(peer.received.get(bound)).extracting(Received::body).containsExactly("two", "three");
            peer.received.get(bound).forEach(peer::accept);
            peer.pump();
            await().atMost(PATIENCE).until(() -> lab.cloud.done.size() == 3);
            assertThat(lab.cloud.done).containsExactlyInAnyOrder(1L, 2L, 3L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ANONYMOUS", "EXTERNAL"})
    void a_device_with_a_certificate_shows_no_token(String mechanism) throws Exception {
        Credential own = selfSigned();
        lab.certified.put(DOORBELL, registered(own));
        try (AmqpPeer peer = new AmqpPeer(lab, lab.sockets(own), mechanism)) {
            List<Sender> links = new ArrayList<>();
            // more than a stranger may have
            for (int i = 0; i < 10; i++) {
                links.add(peer.sender(
                        peer.session(), "events-" + i, i == 0 ? EVENTS : "/devices/doorbell/methods/devicebound"));
            }
            assertThat(peer.sent(links.get(0), AmqpPeer.text("ding"))).isInstanceOf(Accepted.class);
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 1);
            assertThat(lab.cloud.received.get(0).sender()).isEqualTo(DOORBELL);
            assertThat(peer.refusal(peer.sender(peer.session(), "other", "/devices/camera/messages/events")))
                    .isEqualTo("amqp:unauthorized-access");
        }
    }

    @Test
    void a_device_that_should_have_a_certificate_is_told_what_is_wrong() throws Exception {
        Credential own = selfSigned();
        lab.certified.put(DOORBELL, registered(own));
        try (AmqpPeer without = new AmqpPeer(lab, "")) {
            Sender events = without.sender(without.session(), "events", EVENTS);
            assertThat(without.refusal(events)).isEqualTo("amqp:unauthorized-access");
            assertThat(events.getRemoteCondition().getDescription()).contains("presented no certificate");
        }
        try (AmqpPeer other = new AmqpPeer(lab, lab.sockets(selfSigned()), "")) {
            Sender events = other.sender(other.session(), "events", EVENTS);
            assertThat(other.refusal(events)).isEqualTo("amqp:unauthorized-access");
            assertThat(events.getRemoteCondition().getDescription())
                    .contains("the thumbprint of its certificate is", "and IoT Hub has " + thumbprint(own));
        }
        try (AmqpPeer external = new AmqpPeer(lab, "EXTERNAL")) {
            assertThatThrownBy(() -> external.await(external::isOpen)).hasMessageContaining("ended the connection");
        }
    }

    private static Credential selfSigned() {
        CertificateWriter writer = new CertificateWriter();
        KeyPair keys = writer.newKey();
        Instant now = Instant.now();
        return writer.selfSigned(
                new CertificateRequest(
                        SubjectName.ofCommonName("doorbell"),
                        keys.getPublic(),
                        CertificateRequest.Use.CLIENT,
                        OptionalInt.empty(),
                        List.of(),
                        now.minus(Duration.ofHours(1)),
                        now.plus(Duration.ofDays(1))),
                keys.getPrivate());
    }

    private static String thumbprint(Credential own) throws Exception {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-1")
                        .digest(own.certificate().getEncoded()));
    }

    private static ModuleDirectory.Known registered(Credential own) throws Exception {
        return new ModuleDirectory.Known(
                "1", true, ModuleDirectory.Known.SELF_SIGNED, List.of(), List.of(thumbprint(own)));
    }

    @Test
    void a_device_may_speak_for_its_modules() throws Exception {
        try (AmqpPeer peer = peer()) {
            Sender own = peer.sender(peer.session(), "own", "/devices/camera/messages/events");
            Sender lens = peer.sender(peer.session(), "lens", "/devices/camera/modules/lens/messages/events");
            assertThat(peer.sent(own, AmqpPeer.text("camera"))).isInstanceOf(Accepted.class);
            assertThat(peer.sent(lens, AmqpPeer.text("lens"))).isInstanceOf(Accepted.class);
            await().atMost(PATIENCE).until(() -> lab.cloud.received.size() == 2);
            assertThat(lab.cloud.received.get(1).sender()).isEqualTo(ClientId.module("camera", "lens"));
            assertThat(peer.refusal(
                            peer.sender(peer.session(), "other", "/devices/board/modules/sensor/messages/events")))
                    .isEqualTo("amqp:unauthorized-access");
        }
    }
}
