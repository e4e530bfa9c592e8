package io.edgeagent.adapter.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.adapter.iothub.BlobRest;
import io.edgeagent.adapter.iothub.HubTrust;
import io.edgeagent.model.ParentHost;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ModuleNetwork;
import io.edgeagent.remote.BlobStore;
import io.edgeagent.remote.RemoteMethods;
import io.edgeagent.runtime.Clock;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs of many megabytes, read by a process that has 8 MB of heap for all that it does. {@code -Dlog.megabytes=1024} for a gigabyte.
 */
@Timeout(1800)
class LargeLogTest {
    private static final int MEGABYTES = Integer.getInteger("log.megabytes", 24);
    private static final String HEAP = System.getProperty("log.heap", "8m");

    @TempDir
    private Path folder;

    private CannedEngine engine;

    @BeforeEach
    void open() throws IOException {
        engine = CannedEngine.start(folder)
                .answer(
                        "GET /containers/json",
                        Stream.of("chatty", "monotone", "endless")
                                .map(name -> "{\"Id\":\"" + name + "\",\"Names\":[\"/" + name
                                        + "\"],\"State\":\"running\",\"Labels\":{\"" + ContainerRecipe.MODULE_LABEL
                                        + "\":\"" + name + "\"}}")
                                .collect(Collectors.joining(",", "[", "]")));
        for (String name : List.of("chatty", "monotone", "endless")) {
            engine.answer("GET /containers/" + name + "/json", "{\"Config\":{\"Tty\":false}}");
        }
        engine.answer("GET /containers/chatty/logs", "200 OK", LargeLogTest::lines)
                .answer("GET /containers/monotone/logs", "200 OK", LargeLogTest::oneLine);
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    @Test
    void is_filtered_with_8_mb_of_heap_and_no_temporary_copy() throws Exception {
        String log = "{'schemaVersion':'1.0','contentType':'text','items':{'id':'%s','filter':{%s}}}";

        assertThat(board(
                        "",
                        Path.of("/dev/null"),
                        "GetModuleLogs",
                        String.format(log, "chatty", "'loglevel':3,'regex':'^.ERR. - the only'"),
                        "GetModuleLogs",
                        String.format(log, "chatty", "'tail':2,'until':'2026-01-01T00:00:00Z'"),
                        "GetModuleLogs",
                        String.format(log, "monotone", "'regex':'^y'")))
                .startsWith("200 [{\"id\":\"chatty\",\"payloadBytes\":null,\"payload\":\"" + needle() + "\"}]\n"
                        + "200 [{\"id\":\"chatty\",\"payloadBytes\":null,\"payload\":\"" + line(998) + line(999)
                        + "\"}]\n" + "200 [{\"id\":\"monotone\",\"payloadBytes\":null,\"payload\":\"\"}]\n");
    }

    @Test
    void is_uploaded_with_8_mb_of_heap_and_no_temporary_copy() throws Exception {
        String upload = "{'schemaVersion':'1.0','encoding':'%s','contentType':'%s','items':{'id':'%s','filter':{%s}},"
                + "'sasUrl':'SAS'}";
        // in the clear only a part: a compiler that is meant for small boards makes slow work of AES
        String aTenth = "'loglevel':4";
        try (Simulator hub = Simulator.start(folder.resolve("hub"), "127.0.0.1", SimulatorOptions.anyPorts())) {
            assertThat(board(
                            hub.blobs().sasUrl("logs", "acw", Duration.ofHours(1)),
                            hub.caFile(),
                            "UploadModuleLogs",
                            String.format(upload, "gzip", "text", "chatty", ""),
                            "UploadModuleLogs",
                            String.format(upload, "gzip", "json", "monotone", ""),
                            "UploadModuleLogs",
                            String.format(upload, "none", "text", "chatty", aTenth),
                            "UploadModuleLogs",
                            String.format(upload, "none", "json", "chatty", aTenth)))
                    .contains("\nCompleted\nCompleted\nCompleted\nCompleted\n");
            assertThat(hub.blobs().list("logs")).hasSize(4);
        }
    }

    @Test
    void is_read_no_further_when_nobody_waits_for_it_any_more() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cutOff = new CountDownLatch(1);
        byte[] frames = frames();
        engine.answer("GET /containers/endless/logs", "200 OK", out -> {
            try {
                for (; ; begun.countDown()) {
                    out.write(frames);
                }
            } finally {
                cutOff.countDown();
            }
        });
        try (Methods methods = new Methods(engine.uri(), Path.of("/dev/null"))) {
            CompletableFuture<MethodAnswer> answer = methods.call(
                    "GetModuleLogs",
                    "{\"schemaVersion\":\"1.0\",\"items\":{\"id\":\"endless\",\"filter\":{\"regex\":\"never there\"}}}");
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

            answer.cancel(true);

            assertThat(cutOff.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /**
     * What a process says that has little memory and calls these methods.
     *
     * @param calls method, payload, method, payload ...
     */
    private String board(String sas, Path ca, String... calls) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "..", "packaging", "jvm.options"),
                "-Xmx" + HEAP,
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                ownLibraries(),
                SmallBoard.class.getName(),
                engine.uri(),
                ca.toString()));
        Arrays.stream(calls)
                .map(word -> word.replace('\'', '"').replace("SAS", sas))
                .forEach(command::add);
        long began = System.nanoTime();
        Process board = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(board.getInputStream().readAllBytes(), UTF_8);

        assertThat(board.waitFor()).as(said).isZero();
        assertThat(temporary).isEmptyDirectory();
        System.out.println(
                MEGABYTES + " MB each, " + (System.nanoTime() - began) / 1_000_000 + " ms: " + said.replace('\n', ' '));
        return said;
    }

    /** As in the product: the directory of each jar on the path stays in memory, and the tests' jars are many and large. */
    private static String ownLibraries() {
        return Stream.of(
                        SmallBoard.class,
                        DockerEngine.class,
                        io.edgeagent.protocol.Percent.class,
                        com.fasterxml.jackson.annotation.JsonProperty.class,
                        com.fasterxml.jackson.core.JsonParser.class,
                        com.fasterxml.jackson.databind.JsonNode.class,
                        com.github.dockerjava.transport.DockerHttpClient.class,
                        com.github.dockerjava.httpclient5.ApacheDockerHttpClient.class,
                        org.apache.hc.client5.http.classic.HttpClient.class,
                        org.apache.hc.core5.http.HttpResponse.class,
                        org.apache.hc.core5.http2.HttpVersionPolicy.class,
                        com.google.re2j.Pattern.class,
                        org.slf4j.Logger.class,
                        ch.qos.logback.classic.Logger.class,
                        ch.qos.logback.core.Context.class,
                        org.awaitility.Awaitility.class,
                        org.hamcrest.Matcher.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(":"));
    }

    private static String line(int number) {
        return "<" + (number % 10 == 8 ? 4 : 6) + "> 2026-01-01 00:00:00.000 +00:00 [INF] - " + number
                + " the temperature of the house is 21 degrees\\n";
    }

    private static String needle() {
        return "<3> 2026-01-01 00:00:00.000 +00:00 [ERR] - the only one\\n";
    }

    /** As the engine sends it. */
    private static byte[] frame(String line) {
        byte[] text = line.replace("\\n", "\n").getBytes(UTF_8);
        return ByteBuffer.allocate(8 + text.length)
                .put((byte) 1)
                .putInt(4, text.length)
                .position(8)
                .put(text)
                .array();
    }

    /** A thousand lines. */
    private static byte[] frames() throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int number = 0; number < 1000; number++) {
            frames.write(frame(line(number)));
        }
        return frames.toByteArray();
    }

    private static void lines(OutputStream out) throws IOException {
        byte[] frames = frames();
        out.write(frame(needle()));
        for (long written = 0; written < (long) MEGABYTES << 20; written += frames.length) {
            out.write(frames);
        }
    }

    /** Without a line feed, in pieces of 16 kB as Docker's json-file driver keeps a long line. */
    private static void oneLine(OutputStream out) throws IOException {
        byte[] piece = frame("x".repeat(16 << 10));
        for (long written = 0; written < (long) MEGABYTES << 20; written += piece.length) {
            out.write(piece);
        }
    }

    /** The methods as the agent has them. */
    private static final class Methods implements AutoCloseable {
        private final DockerEngine engine;
        private final RemoteMethods methods;

        Methods(String uri, Path ca) {
            engine = new DockerEngine(uri, "hub/device", ModuleNetwork.of("network"));
            BlobStore store = (container, blob) -> new BlobRest(
                            HubTrust.context(Optional.of(ca)),
                            Upstream.of(UpstreamSettings.DIRECT),
                            InstantSource.system(),
                            time -> {})
                    .open(container, blob);
            methods = new RemoteMethods(
                    engine.logs(),
                    store,
                    (out, wanted) -> {},
                    new RemoteMethods.Board("hub.example", "porch", ParentHost.NONE),
                    Clock.SYSTEM);
        }

        CompletableFuture<MethodAnswer> call(String method, String payload) {
            Map<String, Function<String, CompletableFuture<MethodAnswer>>> all = methods.all();
            return all.get(method).apply(payload);
        }

        @Override
        public void close() {
            methods.close();
            engine.close();
        }
    }

    /** Calls the methods one after the other, alone in a process. */
    static final class SmallBoard {
        private SmallBoard() {}

        public static void main(String[] arguments) throws IOException {
            StringBuilder said = new StringBuilder();
            try (Methods methods = new Methods(arguments[0], Path.of(arguments[1]))) {
                for (int at = 2; at < arguments.length; at += 2) {
                    MethodAnswer answer =
                            methods.call(arguments[at], arguments[at + 1]).join();
                    String task = answer.payload().path("correlationId").asText();
                    said.append(
                                    task.isEmpty()
                                            ? answer.status() + " " + answer.payload()
                                            : end(
                                                    methods,
                                                    "{\"schemaVersion\":\"1.0\",\"correlationId\":\"" + task + "\"}"))
                            .append('\n');
                }
            }
            long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
            said.append("at most ").append(peak >> 10).append(" kB of heap used");
            OutputStream out = new FileOutputStream(FileDescriptor.out);
            out.write(said.toString().getBytes(UTF_8));
            out.flush();
        }

        private static String end(Methods methods, String ask) {
            return await().atMost(Duration.ofMinutes(30))
                    .until(
                            () -> methods.call("GetTaskStatus", ask)
                                    .join()
                                    .payload()
                                    .path("status")
                                    .asText(),
                            status -> !status.equals("Running") && !status.equals("NotStarted"));
        }
    }
}
