package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.fake.FakeProxy;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.Printable;
import io.edgeagent.remote.BlobStore;
import io.edgeagent.remote.SasUrl;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BlobRestTest {
    @TempDir
    private Path state;

    private final List<Duration> waits = new ArrayList<>();
    private Simulator hub;

    @BeforeEach
    void start() throws IOException {
        hub = Simulator.start(state, "127.0.0.1", SimulatorOptions.anyPorts());
    }

    @AfterEach
    void stop() throws IOException {
        hub.close();
    }

    private BlobRest store(UpstreamSettings way) {
        return new BlobRest(
                HubTrust.context(Optional.of(hub.caFile())), Upstream.of(way), InstantSource.system(), waits::add);
    }

    private static BlobStore.Blob blob(boolean append) {
        return new BlobStore.Blob("hub/porch/led äö+1.log", append, "text/plain", Optional.of("gzip"));
    }

    private void send(String sasUrl, BlobStore.Blob blob, String content) throws IOException {
        send(store(UpstreamSettings.DIRECT), sasUrl, blob, content);
    }

    private static void send(BlobRest store, String sasUrl, BlobStore.Blob blob, String content) throws IOException {
        try (BlobStore.Upload upload = store.open(SasUrl.parse(sasUrl, ParentHost.NONE), blob)) {
            upload.write(content.getBytes(StandardCharsets.UTF_8));
            upload.commit();
        }
    }

    private String sas(String permissions, Duration life) {
        return hub.blobs().sasUrl("logs", permissions, life);
    }

    @Test
    void appends_block_by_block_what_can_be_read_at_once() throws IOException {
        String megabyte = "0123456789abcdef".repeat(1 << 16);
        try (BlobStore.Upload upload = store(UpstreamSettings.DIRECT)
                .open(SasUrl.parse(sas("acw", Duration.ofHours(1)), ParentHost.NONE), blob(true))) {
            upload.write(megabyte.getBytes(StandardCharsets.UTF_8));
            assertThat(hub.blobs().list("logs")).isEqualTo(Map.of(blob(true).name(), 1L << 20));
            upload.write('!');
            upload.commit();
        }

        assertThat(hub.blobs().text("logs", blob(true).name())).isEqualTo(megabyte + "!");
    }

    @Test
    void a_block_blob_is_there_when_it_is_whole() throws IOException {
        String content = "0123456789abcdef".repeat(40_000);
        try (BlobStore.Upload upload = store(UpstreamSettings.DIRECT)
                .open(SasUrl.parse(sas("cw", Duration.ofHours(1)), ParentHost.NONE), blob(false))) {
            upload.write(content.getBytes(StandardCharsets.UTF_8));
            assertThat(hub.blobs().list("logs")).isEmpty();
            upload.commit();
        }

        assertThat(hub.blobs().text("logs", blob(false).name())).isEqualTo(content);
    }

    @Test
    void one_that_is_empty_is_there_too() throws IOException {
        send(sas("cw", Duration.ofHours(1)), blob(false), "");
        assertThat(hub.blobs().list("logs")).containsValue(0L);
    }

    @Test
    void what_breaks_off_or_is_busy_is_sent_again_and_never_twice() throws IOException {
        String content = "line\n".repeat(200_000);
        for (boolean append : new boolean[] {true, false}) {
            hub.faults(HubJson.object().put("failBlobRequests", 2));
            try (BlobStore.Upload upload = store(UpstreamSettings.DIRECT)
                    .open(SasUrl.parse(sas("acw", Duration.ofHours(1)), ParentHost.NONE), blob(append))) {
                hub.faults(HubJson.object().put("loseBlobAnswers", 2));
                upload.write(content.getBytes(StandardCharsets.UTF_8));
                upload.commit();
            }
            assertThat(hub.blobs().text("logs", blob(append).name())).isEqualTo(content);
        }
        assertThat(waits).contains(Duration.ofSeconds(2));
    }

    @Test
    void a_storage_that_stays_busy_is_given_up_with_its_answer() {
        hub.faults(HubJson.object().put("failBlobRequests", 1000));

        assertThatThrownBy(() -> send(sas("acw", Duration.ofHours(1)), blob(true), "x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("503 ServerBusy")
                .hasMessageContaining("given up after 6 tries");
        assertThat(waits)
                .containsExactly(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(20));
    }

    @Test
    void a_sas_that_is_over_or_permits_too_little_is_said_at_once_without_its_signature() {
        String over = sas("acw", Duration.ofMinutes(-1));
        assertThatThrownBy(() -> send(over, blob(true), "x"))
                .hasMessageContaining("403 AuthenticationFailed: Signature not valid in the specified time frame")
                .hasMessageContaining("the SAS expired at 2")
                .hasMessageNotContaining(signature(over));
        String reader = sas("r", Duration.ofMinutes(1));
        assertThatThrownBy(() -> send(reader, blob(false), "x"))
                .hasMessageContaining("AuthorizationPermissionMismatch")
                .hasMessageContaining("sp=acw")
                .hasMessageNotContaining(signature(reader));
        String other = sas("acw", Duration.ofMinutes(1)).replace("/logs?", "/gone?");
        assertThatThrownBy(() -> send(other, blob(false), "x")).hasMessageContaining("Signature did not match");
        assertThat(waits).isEmpty();
    }

    private static String signature(String url) {
        return url.substring(url.indexOf("sig=") + 4);
    }

    @Test
    void a_storage_that_is_not_there_is_named() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "https://127.0.0.1:" + port + "/a/logs?sp=acw&sig=c2VjcmV0";

        assertThatThrownBy(() -> send(url, blob(true), "x"))
                .hasMessageContaining("the storage 127.0.0.1 cannot be reached")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void goes_through_the_proxy() throws IOException {
        try (FakeProxy proxy = new FakeProxy(Map.of(hub.httpsPort(), hub.httpsPort()))) {
            send(
                    store(UpstreamSettings.of(Map.of("https_proxy", proxy.url()))),
                    sas("acw", Duration.ofHours(1)),
                    blob(true),
                    "x".repeat(600_000));

            assertThat(connects(proxy)).isPositive();
        }
        assertThat(hub.blobs().list("logs")).containsValue(600_000L);
    }

    @Test
    void one_connection_serves_all_blocks() throws IOException {
        try (FakeProxy proxy = new FakeProxy(Map.of(hub.httpsPort(), hub.httpsPort()))) {
            send(
                    store(UpstreamSettings.of(Map.of("https_proxy", proxy.url()))),
                    sas("acw", Duration.ofHours(1)),
                    blob(true),
                    "x".repeat(3 << 20));

            assertThat(connects(proxy)).isEqualTo(1);
        }
    }

    private static long connects(FakeProxy proxy) {
        return proxy.requests().stream()
                .filter(line -> line.startsWith("CONNECT "))
                .count();
    }

    @Test
    void an_address_shows_its_container_only() {
        SasUrl url =
                SasUrl.parse("https://a.example/logs/?sv=1&se=2026-11-28T10%3A00%3A00Z&sig=SECRET%2B", ParentHost.NONE);

        assertThat(url).hasToString("https://a.example/logs");
        assertThat(url.of("x/y", "comp=block"))
                .isEqualTo(URI.create(
                        "https://a.example/logs/x/y?comp=block&sv=1&se=2026-11-28T10%3A00%3A00Z&sig=SECRET%2B"));
        assertThat(url.expiry()).hasToString("Optional[2026-11-28T10:00:00Z]");
        assertThat(Printable.redacted("no way to https://a/b?sig=SECRET%2B&x=1 at \"all\"", 100))
                .isEqualTo("no way to https://a/b?sig=***&x=1 at ?all?");
    }
}
