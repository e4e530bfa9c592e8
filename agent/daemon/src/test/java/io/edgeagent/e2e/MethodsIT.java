package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.fake.NodeProgram;
import io.edgeagent.model.Json;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Direct methods of {@code $edgeAgent} as cloud applications call them, with Azure's unmodified service clients for Java and Node.js,
 * on a real engine, with uploads to the local hub's storage.
 */
class MethodsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String AGENT = "$edgeAgent";
    private static final String DEVICE = "methods";
    private static final String TALKER =
            "{\"Cmd\":[\"sh\",\"-c\",\"echo '<6> 2026-01-01 00:00:00.000 +00:00 [INF] - hello';"
                    + " echo '<3> broken' >&2; exec sleep 100000\"],\"StopSignal\":\"SIGKILL\"}";
    /** Half a megabyte at once. */
    private static final String CHATTERER =
            "{\"Cmd\":[\"sh\",\"-c\",\"yes 0123456789abcdef0123456789abcdef | head -n 15000;"
                    + " exec sleep 100000\"],\"StopSignal\":\"SIGKILL\"}";

    @RegisterExtension
    private static final Lab lab = new Lab();

    private record Answer(int status, JsonNode payload) {
        String message() {
            return payload.path("message").asText();
        }
    }

    /** A cloud application, as a process that calls methods one after the other. */
    private static final class Client implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;

        private Client(ProcessBuilder builder) throws IOException {
            builder.command().addAll(List.of(DEVICE, AGENT));
            builder.environment().put("SERVICE_CONNECTION_STRING", lab.hub().serviceConnectionString());
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            said = process.inputReader(StandardCharsets.UTF_8);
        }

        static Client java() throws IOException {
            return new Client(new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Djavax.net.ssl.trustStore=" + WorkloadIT.trustStore(lab),
                    "-Djavax.net.ssl.trustStorePassword=changeit",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SdkService.class.getName()));
        }

        static Client node() throws IOException {
            ProcessBuilder node = new ProcessBuilder(
                    "node", Path.of("src/test/resources/sdk/service.js").toString());
            node.environment().put("NODE_PATH", NodeProgram.CLIENTS.toRealPath().toString());
            node.environment().put("NODE_EXTRA_CA_CERTS", lab.hub().caFile().toString());
            return new Client(node);
        }

        Answer call(String method, String singleQuoted) throws IOException {
            OutputStream in = process.getOutputStream();
            in.write((method + " " + singleQuoted.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            String line = said.readLine();
            assertThat(line).as(method).isNotNull();
            int blank = line.indexOf(' ');
            return new Answer(
                    Integer.parseInt(line.substring(0, blank)), Json.MAPPER.readTree(line.substring(blank + 1)));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static String logs(String id, String filter, String more) {
        return "{'schemaVersion':'1.0','items':[{'id':'" + id + "','filter':" + filter + "}]" + more + "}";
    }

    @Test
    void azures_service_clients_call_every_method() throws IOException {
        try (Device device = new Device(lab, DEVICE)) {
            device.start();
            device.apply(Manifest.of(lab)
                    .module("methods-talker", lab.image("1"), TALKER)
                    .module("methods-chatterer", lab.image("1"), CHATTERER));
            assertThat(device.awaitStatus(200)).isEmpty();
            for (boolean java : List.of(true, false)) {
                try (Client client = java ? Client.java() : Client.node()) {
                    callsEveryMethod(client);
                }
            }
            assertThat(device.agent().log()).doesNotContain("sig=");
        }
    }

    private static void callsEveryMethod(Client client) throws IOException {
        Answer ping = client.call("ping", "null");
        assertThat(ping.status()).isEqualTo(200);
        assertThat(ping.payload().isNull()).isTrue();
        readsLogs(client);
        refusesWhatIsWrong(client);
        restarts(client);
        uploads(client, "text", "none", ".log");
        uploads(client, "json", "gzip", ".json.gz");
        saysWhyAnUploadFailed(client);
        uploadsASupportBundle(client);
        assertThat(client.call("GetTaskStatus", "{'schemaVersion':'1.0','correlationId':'x'}")
                        .payload()
                        .path("status")
                        .asText())
                .isEqualTo("Unknown");
    }

    private static void readsLogs(Client client) throws IOException {
        Answer text = client.call("GetModuleLogs", logs("TALKER$", "{'tail':2}", ",'contentType':'text'"));
        assertThat(text.status()).as(text.toString()).isEqualTo(200);
        assertThat(text.payload().get(0).path("id").asText()).isEqualTo("methods-talker");
        assertThat(text.payload().get(0).path("payload").asText())
                .contains("[INF] - hello\n")
                .contains("<3> broken\n");
        Answer json = client.call("GetModuleLogs", logs("talker", "{'loglevel':3,'since':'1h'}", ""));
        JsonNode line = Json.MAPPER
                .readTree(json.payload().get(0).path("payload").asText())
                .get(0);
        assertThat(line.path("iothub").asText()).isEqualTo(lab.hubAddress);
        assertThat(line.path("device").asText()).isEqualTo(DEVICE);
        assertThat(line.path("stream").asText()).isEqualTo("stderr");
        assertThat(line.path("text").asText()).isEqualTo("broken");
        assertThat(line.path("timestamp").asText()).startsWith("20");
        Answer gzip = client.call(
                "GetModuleLogs", logs("talker", "{'regex':'hello'}", ",'contentType':'text','encoding':'gzip'"));
        assertThat(new GZIPInputStream(new ByteArrayInputStream(
                                gzip.payload().get(0).path("payloadBytes").binaryValue()))
                        .readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .contains("hello")
                .doesNotContain("broken");
        assertThat(client.call("GetModuleLogs", logs("nobody", "{}", "")).payload())
                .isEmpty();
    }

    private static void refusesWhatIsWrong(Client client) throws IOException {
        Answer large = client.call("GetModuleLogs", logs("chatterer", "{}", ",'contentType':'text'"));
        assertThat(large.status()).isEqualTo(400);
        assertThat(large.message()).startsWith("The logs are larger than the 127000 bytes");
        assertThat(client.call("GetModuleLogs", logs("talker", "{'since':'soon'}", ""))
                        .status())
                .isEqualTo(400);
        Answer unknown = client.call("Reboot", "null");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.message())
                .isEqualTo(
                        "Command 'Reboot' not found. The supported commands are - GetModuleLogs, GetTaskStatus, ping,"
                                + " RestartModule, UploadModuleLogs, UploadSupportBundle");
    }

    private static void restarts(Client client) throws IOException {
        String before = lab.container("methods-talker").orElseThrow().getState().getStartedAt();
        assertThat(client.call("RestartModule", "{'schemaVersion':'1.0','id':'methods-talker'}")
                        .status())
                .isEqualTo(200);
        assertThat(lab.container("methods-talker").orElseThrow().getState().getStartedAt())
                .isNotEqualTo(before);
    }

    private static void uploads(Client client, String type, String encoding, String ending) throws IOException {
        String container = "logs-" + Long.toHexString(System.nanoTime());
        String url = lab.hub().blobs().sasUrl(container, "acw", Duration.ofHours(1));
        Answer begun = client.call(
                "UploadModuleLogs",
                logs(
                        "methods",
                        "{}",
                        ",'contentType':'" + type + "','encoding':'" + encoding + "','sasUrl':'" + url + "'"));
        assertThat(begun.status()).as(begun.toString()).isEqualTo(200);
        assertThat(begun.payload().path("status").asText()).isEqualTo("Running");
        assertThat(awaitEnd(client, begun)).isEqualTo("Completed ");

        Map<String, Long> blobs = lab.hub().blobs().list(container);
        assertThat(blobs.keySet())
                .hasSize(2)
                .allMatch(name -> name.matches("\\Q" + lab.hubAddress + "\\E/methods/methods-(talker|chatterer)-"
                        + "\\d{4}-\\d\\d-\\d\\d--\\d\\d-\\d\\d-\\d\\d\\Q" + ending + "\\E"));
        String chatterer = blobs.keySet().iterator().next();
        byte[] content = lab.hub().blobs().read(container, chatterer);
        byte[] plain = encoding.equals("gzip")
                ? new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes()
                : content;
        if (type.equals("text")) {
            assertThat(plain).hasSizeGreaterThanOrEqualTo(33 * 15_000);
        } else {
            assertThat(Json.MAPPER.readTree(plain).size()).isGreaterThanOrEqualTo(15_000);
        }
    }

    private static void saysWhyAnUploadFailed(Client client) throws IOException {
        String url = lab.hub().blobs().sasUrl("logs", "acw", Duration.ofMinutes(-5));
        Answer begun = client.call("UploadModuleLogs", logs("talker", "{}", ",'sasUrl':'" + url + "'"));

        assertThat(awaitEnd(client, begun))
                .startsWith(
                        "Failed methods-talker: the storage " + lab.hubAddress + " answered 403 AuthenticationFailed")
                .contains("the SAS expired at")
                .doesNotContain(url.substring(url.indexOf("sig=") + 4));
    }

    private static void uploadsASupportBundle(Client client) throws IOException {
        String container = "bundle-" + Long.toHexString(System.nanoTime());
        String url = lab.hub().blobs().sasUrl(container, "acw", Duration.ofHours(1));
        Answer begun = client.call(
                "UploadSupportBundle",
                "{'schemaVersion':'1.0','since':'1h','edgeRuntimeOnly':true,'sasUrl':'" + url + "'}");

        assertThat(awaitEnd(client, begun)).isEqualTo("Completed ");
        String blob = lab.hub().blobs().list(container).keySet().iterator().next();
        assertThat(blob).contains("/methods/support-bundle-").endsWith(".zip");
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(lab.hub().blobs().read(container, blob)))) {
            List<String> names = new ArrayList<>();
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
            assertThat(names).contains("versions.json", "agent/status.json", "check.json");
        }
    }

    /** Status and message of a task that is over. */
    private static String awaitEnd(Client client, Answer begun) {
        String ask = "{'schemaVersion':'1.0','correlationId':'"
                + begun.payload().path("correlationId").asText() + "'}";
        return await("the upload to end")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            JsonNode now = client.call("GetTaskStatus", ask).payload();
                            return now.path("status").asText() + " "
                                    + now.path("message").asText();
                        },
                        text -> !text.startsWith("Running") && !text.startsWith("NotStarted"));
    }

    @Test
    void methods_do_not_wait_for_a_pull_or_a_stop_and_two_run_at_once() throws Exception {
        try (Device device = new Device(lab, "busy")) {
            device.start();
            device.apply(Manifest.of(lab)
                    // ends only when it is killed, 30 s after it was asked to
                    .module(
                            "busy-slow",
                            lab.image("1"),
                            "{\"Cmd\":[\"sh\",\"-c\",\"trap '' TERM; echo up; while :; do sleep 1;"
                                    + " done\"],\"StopTimeout\":30}"));
            assertThat(device.awaitStatus(200)).isEmpty();
            CompletableFuture<?> restart = CompletableFuture.supplyAsync(
                    () -> invoke("RestartModule", "{\"schemaVersion\":\"1.0\",\"id\":\"busy-slow\"}"));
            for (int i = 0; i < 2; i++) {
                assertThat(invoke("ping", "null")).isEqualTo(200);
                assertThat(invoke("GetModuleLogs", "{\"schemaVersion\":\"1.0\",\"items\":{\"id\":\"busy\"}}"))
                        .isEqualTo(200);
            }
            assertThat(restart).isNotDone();
            lab.docker.killContainerCmd("busy-slow").exec();
            assertThat(restart.get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    private static int invoke(String method, String payload) {
        try {
            return lab.hub()
                    .invokeMethod(IdentityName.module("busy", AGENT), method, Json.MAPPER.readTree(payload), PATIENCE)
                    .status();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
