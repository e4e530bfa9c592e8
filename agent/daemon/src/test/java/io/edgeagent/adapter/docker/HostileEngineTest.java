package io.edgeagent.adapter.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images, modules and registries put what they like into the engine's answers. */
@Timeout(120)
class HostileEngineTest {
    private static final String LIST = "GET /containers/json";
    private static final String OURS = "\"Labels\":{\"io.edge-agent.device\":\"hub/device\"}";
    private static final String EVENTS = "GET /events";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private CannedEngine canned;
    private DockerEngine engine;

    @BeforeEach
    void open() throws IOException {
        canned = CannedEngine.start(folder);
        engine = new DockerEngine(canned.uri(), "hub/device", ModuleNetwork.of("network"));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
        canned.close();
    }

    /** Regression: Podman 5.8 lists it so after a rename to the first one's name has failed, and the wrong container was removed. */
    @Test
    void a_container_of_another_name_is_not_removed_though_the_engine_lists_it_first() {
        canned.answer(
                        LIST,
                        "[{\"Id\":\"old\",\"Names\":[\"/edge-agent.previous.led\"]," + OURS
                                + "},{\"Id\":\"foreign\",\"Names\":[\"/led\"],\"Labels\":{}},{\"Id\":\"new\",\"Names\":[\"/led\"],"
                                + OURS + "}]")
                .answer("DELETE /containers/new", "");

        engine.remove("led");

        assertThat(canned.asked()).filteredOn(call -> call.startsWith("DELETE")).hasSize(1);
        assertThat(canned.asked().get(canned.asked().size() - 1)).startsWith("DELETE /containers/new");
    }

    /** Regression: an image with a label of 8 MB ended the agent after each start. */
    @Test
    void a_hundred_containers_with_megabytes_of_labels_fit_into_the_memory_of_a_small_board() throws Exception {
        canned.answer(LIST, "200 OK", out -> {
            for (int i = 0; i < 100; i++) {
                out.write(((i == 0 ? "[" : ",") + "{\"Id\":\"c" + i + "\",\"Names\":[\"/led" + i + "\"],\"Labels\":{")
                        .getBytes(UTF_8));
                string(out, 4 << 20);
                out.write(":\"\",\"net.azure-devices.edge.owner\":".getBytes(UTF_8));
                string(out, 4 << 20);
                out.write("},\"State\":\"running\",\"Status\":\"Up 2 hours\"}".getBytes(UTF_8));
            }
            out.write(']');
        });
        for (int i = 0; i < 100; i++) {
            String id = "c" + i;
            canned.answer("GET /containers/" + id + "/json", "200 OK", out -> {
                out.write(("{\"Id\":\"" + id + "\",\"Config\":{\"Env\":[").getBytes(UTF_8));
                string(out, 1 << 20);
                out.write(
                        "]},\"State\":{\"Status\":\"running\",\"Health\":{\"Status\":\"healthy\",\"Log\":[{\"Output\":"
                                .getBytes(UTF_8));
                string(out, 1 << 20);
                out.write("}]},\"Error\":".getBytes(UTF_8));
                string(out, 1 << 20);
                out.write("},\"Name\":\"/led\"}".getBytes(UTF_8));
            });
        }

        Process board = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + jvmOptions(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallBoard.class.getName(),
                        canned.uri())
                .redirectErrorStream(true)
                .start();
        String said = new String(board.getInputStream().readAllBytes(), UTF_8);

        assertThat(board.waitFor()).as(said).isZero();
        assertThat(said).contains("100 containers, 100 healthy");
    }

    private static String jvmOptions() {
        // tests run in the folder of their module
        return Path.of("..", "..", "packaging", "jvm.options").toFile().getPath();
    }

    /** The engine's client with the memory that packages give the agent. */
    static final class SmallBoard {
        private SmallBoard() {}

        public static void main(String[] arguments) throws IOException {
            try (DockerEngine engine = new DockerEngine(arguments[0], "hub/device", ModuleNetwork.of("network"))) {
                List<Container> found = engine.containers();
                long healthy = found.stream()
                        .filter(container -> container.health() == Container.Health.HEALTHY)
                        .count();
                String text = found.size() + " containers, " + healthy + " healthy";
                OutputStream out = new FileOutputStream(FileDescriptor.out);
                out.write(text.getBytes(UTF_8));
                out.flush();
            }
        }
    }

    @Test
    void an_error_of_megabytes_does_not_overflow_the_stack_of_a_board() throws InterruptedException {
        for (String unit : List.of("a", "\\\\\\\"", "/a", "\\n\\u001b", "\u00e9", "device \\\"/dev/")) {
            canned.answer("POST /containers/c/start", "500 Internal Server Error", out -> {
                out.write("{\"cause\":\"x\",\"message\":\"OCI runtime: ".getBytes(UTF_8));
                byte[] bytes = unit.repeat(1000).getBytes(UTF_8);
                for (int i = 0; i < (1 << 20) / bytes.length; i++) {
                    out.write(bytes);
                }
                out.write("\"}".getBytes(UTF_8));
            });
            canned.answer(LIST, "[{\"Id\":\"c\",\"Names\":[\"/led\"]," + OURS + "}]");

            Problem problem = onASmallStack(() -> engine.start("led"));

            assertThat(problem.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
            assertThat(problem.text()).startsWith("container led: OCI runtime:").hasSizeLessThan(500);
        }
    }

    @Test
    void an_answer_that_is_not_valid_json_is_the_calls_failure() {
        for (String answer : List.of("[{\"Id\":\"c\"", "<html>", "[[[[".repeat(1000))) {
            canned.answer(LIST, answer);

            Problem problem = problemOf(() -> engine.containers());

            assertThat(problem.code()).isIn(ErrorCode.ENGINE_FAILED, ErrorCode.ENGINE_UNREACHABLE);
        }
        canned.answer(LIST, "[]");
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void the_engine_keeps_to_the_containers_own_stop_timeout() {
        canned.answer(LIST, "[{\"Id\":\"c\",\"Names\":[\"/db\"],\"State\":\"running\"," + OURS + "}]")
                .answer("GET /containers/c/json", "{\"Config\":{\"StopTimeout\":600}}")
                .answer("POST /containers/c/stop", "");

        engine.stop("db");

        assertThat(canned.asked()).last().isEqualTo("POST /containers/c/stop");
    }

    /** Regression: five minutes without an answer are no silence where a container may take ten to end. */
    @Test
    void a_long_stop_is_not_an_engine_that_does_not_answer() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        canned.answer(LIST, "[{\"Id\":\"c\",\"Names\":[\"/db\"],\"State\":\"running\"," + OURS + "}]")
                .answer("GET /containers/c/json", "{\"Config\":{\"StopTimeout\":600}}")
                .answer("POST /containers/c/stop", "200 OK", out -> {
                    try {
                        assertThat(ended.await(2, TimeUnit.SECONDS)).isFalse();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });

        try (DockerEngine impatient =
                new DockerEngine(canned.uri(), "hub/device", ModuleNetwork.of("network"), Duration.ofSeconds(1))) {
            impatient.stop("db");
        }
        assertThat(canned.asked()).last().isEqualTo("POST /containers/c/stop");
    }

    @Test
    void an_event_of_megabytes_is_an_event_and_a_broken_stream_is_told_once() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        canned.answer(EVENTS, "200 OK", out -> {
            out.write("{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"c\",\"Attributes\":{\"x\":"
                    .getBytes(UTF_8));
            string(out, 10 << 20);
            out.write(
                    "}}}\n{\"Action\":\"exec_start: probe\",\"Actor\":{\"ID\":\"c\"}}{\"status\":\"die\",\"id\":\"c\"}"
                            .getBytes(UTF_8));
            out.flush();
            try {
                assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.write("{\"Action\":\"st".getBytes(UTF_8));
        });
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger losses = new AtomicInteger();

        try (ContainerEngine.Watch watch = engine.watch(changes::incrementAndGet, losses::incrementAndGet)) {
            assertThat(watch).isNotNull();
            // one for the beginning, two for events that change something
            await().atMost(PATIENCE).until(() -> changes.get() == 3);
            assertThat(losses).hasValue(0);
            goOn.countDown();
            await().atMost(PATIENCE).until(() -> losses.get() == 1);
        }
        assertThat(losses).hasValue(1);
        assertThat(changes).hasValue(3);
    }

    @Test
    void a_watch_that_the_engine_refuses_is_lost_and_one_that_is_closed_is_not() {
        AtomicInteger losses = new AtomicInteger();
        try (ContainerEngine.Watch refused = engine.watch(() -> {}, losses::incrementAndGet)) {
            assertThat(refused).isNotNull();
            await().atMost(PATIENCE).until(() -> losses.get() == 1);
        }
        canned.hang(EVENTS);
        engine.watch(() -> {}, losses::incrementAndGet).close();
        assertThat(losses).hasValue(1);
    }

    private static void string(OutputStream out, int length) throws IOException {
        byte[] part = "\\\"x\u00e9".repeat(1 << 10).getBytes(UTF_8);
        out.write('"');
        for (int written = 0; written < length; written += part.length) {
            out.write(part);
        }
        out.write('"');
    }

    private static Problem onASmallStack(ThrowingCallable call) throws InterruptedException {
        Problem[] problem = new Problem[1];
        Thread thread = new Thread(null, () -> problem[0] = problemOf(call), "small-stack", 256 << 10);
        thread.start();
        thread.join();
        assertThat(problem[0]).as("a problem, and no error of the thread").isNotNull();
        return problem[0];
    }

    private static Problem problemOf(ThrowingCallable call) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }
}
