package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.CannedServer;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.MemoryAgentIdentity;
import io.edgeagent.identity.AgentCredentials;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.Identities;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.Clock;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import io.edgeagent.x509.OpenSsl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that have no end: each is the failure of its call. */
class BoundsTest {
    @TempDir
    static Path folder;

    private static final String ADDRESS = ModuleClientLinkContract.ownAddress();
    private static byte[] keys;
    private static SSLContext tls;

    @BeforeAll
    static void make() throws IOException {
        OpenSsl openSsl = new OpenSsl(folder);
        openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=hub"
                + " -addext subjectAltName=IP:" + ADDRESS + " -keyout hub.key -out hub.pem");
        openSsl.run("pkcs12 -export -in hub.pem -inkey hub.key -passout pass:changeit -out hub.p12");
        keys = Files.readAllBytes(folder.resolve("hub.p12"));
        tls = HubTrust.context(Optional.of(folder.resolve("hub.pem")));
    }

    private static HubRest registry(int port) {
        return new HubRest(
                new Device(ADDRESS + ":" + port, "board"),
                DeviceAccess.byKey(
                        SharedKey.of(new byte[] {1}),
                        tls,
                        Upstream.of(UpstreamSettings.DIRECT),
                        InstantSource.system()));
    }

    private static void assertFails(CannedServer.Behaviour behaviour, String text) throws IOException {
        try (CannedServer server = CannedServer.tls(keys, ADDRESS, 0, client -> {
            CannedServer.readHead(client);
            behaviour.serve(client);
        })) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> registry(server.port()).list())
                    .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.HUB_UNREACHABLE))
                    .withMessageContaining(text);
        }
    }

    private static void forEver(OutputStream out, String text) throws IOException {
        byte[] bytes = text.repeat(200).getBytes(StandardCharsets.US_ASCII);
        while (true) {
            out.write(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n[", "HTTP/1.1 500 Oh\r\n\r\n", "HTTP/1.1 200 OK\r\n"})
    void an_answer_without_end_is_that_calls_failure(String head) throws IOException {
        assertFails(
                client -> {
                    client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                    forEver(client.getOutputStream(), head.endsWith("\r\n\r\n") ? "     " : "X-More: again\r\n");
                },
                head.endsWith("OK\r\n") ? "cannot be reached" : "the answer is larger than 1024 kB");
    }

    @Test
    void more_modules_than_a_device_can_have_are_none() throws IOException {
        String many = "[" + "{\"moduleId\":\"m\"},".repeat(5000) + "{}]";
        assertFails(
                client -> client.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Length: " + many.length() + "\r\n\r\n" + many)
                                .getBytes(StandardCharsets.US_ASCII)),
                "the hub named 5001, more than a device can have");
    }

    @Test
    void what_is_no_list_does_not_mean_that_there_are_no_modules() throws IOException {
        assertFails(
                client -> client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<html>Hello!"
                                .getBytes(StandardCharsets.US_ASCII)),
                "sent no list");
    }

    @Test
    void an_answer_that_drips_ends_when_its_time_is_over() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (CannedServer server = CannedServer.plain(client -> {
                    while (!never.await(20, TimeUnit.MILLISECONDS)) {
                        client.getOutputStream().write('x');
                    }
                });
                BoundedSocket socket = new BoundedSocket(Duration.ofMillis(300), 1 << 20)) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));

            assertThatIOException()
                    .isThrownBy(() -> socket.getInputStream().readAllBytes())
                    .withMessageContaining("no whole answer within");
        }
    }

    @Test
    void an_mqtt_message_that_is_too_large_ends_the_link_before_room_is_made_for_it() throws IOException {
        FakeRegistry hub = new FakeRegistry();
        hub.add(Identities.EDGE_AGENT);
        AgentCredentials credentials = new AgentCredentials(
                new Device(ADDRESS, "board"),
                hub,
                new Identities(hub, () -> SharedKey.of(new byte[] {1})),
                new MemoryAgentIdentity(),
                new MemoryAgentIdentity().saved("the agent's identity", Runnable::run, Clock.SYSTEM));
        Losses losses = new Losses();
        try (CannedServer server = CannedServer.tls(keys, ADDRESS, 8883, client -> {
                    byte[] connect = new byte[2048];
                    assertThat(client.getInputStream().read(connect)).isPositive();
                    // CONNACK, and the header of a PUBLISH of 256 MB
                    client.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
                    client.getOutputStream().write(new byte[] {0x30, -1, -1, -1, 0x7F});
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                });
                ModuleClientLink link =
                        new ModuleClientLink(credentials, tls, Upstream.of(UpstreamSettings.DIRECT), "test")) {
            assertThat(server.port()).isEqualTo(8883);
            link.start(losses);

            // the SDK may wait for its own time-out first
            await().atMost(Duration.ofSeconds(150)).until(() -> !losses.reasons.isEmpty());
        }
        assertThat(losses.reasons.get(0).text()).contains("at most 260 kB are read");
    }

    private static final class Losses implements CloudLink.Listener {
        final List<Problem> reasons = new CopyOnWriteArrayList<>();

        @Override
        public void twinReceived(ObjectNode desired, ObjectNode reported) {
            // never
        }

        @Override
        public void desiredPatched(ObjectNode patch) {
            // never
        }

        @Override
        public void linkLost(Problem reason) {
            reasons.add(reason);
        }

        @Override
        public void reported() {
            // never
        }

        @Override
        public void reportFailed(Problem reason) {
            // never
        }

        @Override
        public CompletableFuture<MethodAnswer> methodCalled(String method, String payload) {
            return CompletableFuture.completedFuture(MethodAnswer.OK);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void messages_that_a_hub_may_send_pass_however_they_are_cut(int piece) throws IOException {
        byte[] small = {0x20, 2, 0, 0};
        byte[] large = new byte[4 + 200_000];
        large[0] = 0x30;
        large[1] = (byte) (0x80 | (200_000 & 0x7F));
        large[2] = (byte) (0x80 | (200_000 >> 7 & 0x7F));
        large[3] = (byte) (200_000 >> 14);
        byte[] all = new byte[small.length + large.length];
        System.arraycopy(small, 0, all, 0, small.length);
        System.arraycopy(large, 0, all, small.length, large.length);

        MqttGuard guard = new MqttGuard(new ByteArrayInputStream(all), text -> {});
        byte[] buffer = new byte[piece];
        int read = 0;
        for (int count = guard.read(buffer, 0, piece); count >= 0; count = guard.read(buffer, 0, piece)) {
            read += count;
        }

        assertThat(read).isEqualTo(all.length);
    }

    @Test
    void what_is_not_mqtt_is_said() {
        MqttGuard guard = new MqttGuard(new ByteArrayInputStream(new byte[] {0x30, -1, -1, -1, -1, 1}), text -> {});

        assertThatIOException().isThrownBy(guard::readAllBytes).withMessageContaining("kB");
    }
}
