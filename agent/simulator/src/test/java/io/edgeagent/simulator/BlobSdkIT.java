package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.models.AppendBlobRequestConditions;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.blob.specialized.AppendBlobClient;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Azure's storage SDK, unmodified, on the simulated storage: as reader, as writer, and as the one that signs. */
@Timeout(120)
class BlobSdkIT {
    @TempDir
    private Path state;

    private Simulator hub;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    private static BlobContainerClient open(String sasUrl) {
        HttpClient http =
                new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(TestHub.trust())).build();
        return new BlobContainerClientBuilder()
                .endpoint(sasUrl)
                .httpClient(http)
                .retryOptions(new RetryOptions(new FixedDelayOptions(1, Duration.ofMillis(1))))
                .buildClient();
    }

    private BlobContainerClient logs(String permissions) {
        return open(hub.blobs().sasUrl("logs", permissions, Duration.ofHours(1)));
    }

    @Test
    void a_block_blob_is_read_with_its_properties() {
        BlobContainerClient container = logs("racwl");
        BlobClient blob = container.getBlobClient("hub.example/porch/led-2026 äö.json.gz");
        byte[] content = "x".repeat(500_000).getBytes(StandardCharsets.UTF_8);
        String id = Base64.getEncoder().encodeToString("000000000".getBytes(StandardCharsets.UTF_8));
        blob.getBlockBlobClient().stageBlock(id, new ByteArrayInputStream(content), content.length);
        assertThat(blob.exists()).isFalse();

        blob.getBlockBlobClient().commitBlockList(List.of(id));
        blob.getBlockBlobClient()
                .commitBlockListWithResponse(
                        List.of(),
                        new BlobHttpHeaders().setContentType("application/json").setContentEncoding("gzip"),
                        null,
                        null,
                        null,
                        Duration.ofSeconds(20),
                        null);
        blob.getBlockBlobClient().upload(BinaryData.fromBytes(content), true);

        assertThat(container.listBlobs()).extracting(BlobItem::getName).containsExactly(blob.getBlobName());
        assertThat(blob.getProperties().getBlobSize()).isEqualTo(content.length);
        assertThat(blob.downloadContent().toBytes()).isEqualTo(content);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        blob.downloadStreamWithResponse(part, new BlobRange(499_990, 100L), null, null, false, null, null);
        assertThat(part.toString(StandardCharsets.UTF_8)).isEqualTo("x".repeat(10));
    }

    @Test
    void an_append_blob_grows_at_its_position_only() {
        AppendBlobClient blob = logs("racwl").getBlobClient("led.log").getAppendBlobClient();
        blob.create();
        append(blob, "one\n", 0);
        append(blob, "two\n", 4);

        assertThatThrownBy(() -> append(blob, "two\n", 4))
                .isInstanceOfSatisfying(
                        BlobStorageException.class,
                        e -> assertThat(e.getStatusCode()).isEqualTo(412))
                .hasMessageContaining("AppendPositionConditionNotMet");
        assertThat(blob.downloadContent().toString()).isEqualTo("one\ntwo\n");
        assertThat(hub.blobs().list("logs")).containsEntry("led.log", 8L);
    }

    private static void append(AppendBlobClient blob, String text, long position) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        blob.appendBlockWithResponse(
                new ByteArrayInputStream(bytes),
                bytes.length,
                null,
                new AppendBlobRequestConditions().setAppendPosition(position),
                null,
                null);
    }

    @Test
    void a_signature_that_the_sdk_makes_is_good_here() {
        String ours = hub.blobs().sasUrl("logs", "r", Duration.ofHours(1));
        String endpoint = ours.substring(0, ours.indexOf('?'));
        BlobContainerClient signer = new BlobContainerClientBuilder()
                .endpoint(endpoint)
                .credential(new StorageSharedKeyCredential(
                        "simulatedstorage", hub.blobs().accountKey()))
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient();
        String signature = signer.generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1), BlobContainerSasPermission.parse("rcwl")));

        BlobContainerClient container = open(endpoint + "?" + signature);
        container.getBlobClient("a.txt").upload(BinaryData.fromString("hello"));

        assertThat(hub.blobs().text("logs", "a.txt")).isEqualTo("hello");
    }

    @Test
    void what_a_signature_does_not_permit_is_refused() {
        String good = hub.blobs().sasUrl("logs", "r", Duration.ofHours(1));
        refused(open(good), 403, "AuthorizationPermissionMismatch");
        refused(open(hub.blobs().sasUrl("logs", "racwl", Duration.ofHours(-1))), 403, "AuthenticationFailed");
        refused(open(good.replace("sp=r", "sp=racwl")), 403, "AuthenticationFailed");
        refused(open(good.replaceFirst("/logs\\?", "/other?")), 403, "AuthenticationFailed");
        refused(open(good.substring(0, good.indexOf('?'))), 401, "NoAuthenticationInformation");
    }

    private static void refused(BlobContainerClient container, int status, String code) {
        assertThatThrownBy(() -> container.getBlobClient("a").upload(BinaryData.fromString("hello")))
                .isInstanceOfSatisfying(BlobStorageException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(status);
                    assertThat(e.getErrorCode().toString()).isEqualTo(code);
                });
    }
}
