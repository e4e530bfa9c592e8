package io.edgeagent.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.model.Json;
import io.edgeagent.model.ParentHost;
import io.edgeagent.twin.DirectMethods;
import io.edgeagent.twin.MethodAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteMethodsTest {
    private final FakeLogs logs = new FakeLogs()
            .with("led", "<6> 2026-01-01 00:00:00.000 +00:00 [INF] - on", "<3> failed", "<4> slow", "<3> stderr again")
            .with("ledger", "one", "two", "three")
            .with("camera", "click");
    private final RemoteMethods methods = remote(logs);

    @AfterEach
    void close() {
        methods.close();
    }

    private MethodAnswer call(String payload) {
        return begin(payload).orTimeout(20, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<MethodAnswer> begin(String payload) {
        return new DirectMethods(methods.all()).call("GetModuleLogs", payload.replace('\'', '"'));
    }

    private static String items(String items, String more) {
        return "{'schemaVersion':'1.0','items':" + items + more + "}";
    }

    private String text(String items) {
        MethodAnswer answer = call(items(items, ",'contentType':'text'"));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        StringBuilder all = new StringBuilder();
        answer.payload()
                .forEach(part -> all.append(part.path("id").asText())
                        .append(": ")
                        .append(part.path("payload").asText()));
        return all.toString();
    }

    @Test
    void text_is_what_the_module_wrote() {
        JsonNode answer = call(items("[{'id':'^led$'}]", ",'contentType':'text','encoding':'none'"))
                .payload();

        assertThat(answer)
                .hasToString("[{\"id\":\"led\",\"payloadBytes\":null,\"payload\":\"<6> 2026-01-01 00:00:00.000 +00:00"
                        + " [INF] - on\\n<3> failed\\n<4> slow\\n<3> stderr again\\n\"}]");
    }

    @Test
    void json_is_the_default_and_names_board_module_stream_level_and_time() throws IOException {
        JsonNode answer = call(items("{'id':'led','filter':{'tail':2}}", "")).payload();

        assertThat(answer.get(0).path("id").asText()).isEqualTo("led");
        assertThat(Json.MAPPER.readTree(answer.get(0).path("payload").asText()))
                .hasToString(
                        "[{\"iothub\":\"hub.example\",\"device\":\"porch\",\"id\":\"led\",\"stream\":\"stdout\","
                                + "\"loglevel\":4,\"text\":\"slow\",\"timestamp\":\"2026-11-28T09:00:00.000000001Z\"},"
                                + "{\"iothub\":\"hub.example\",\"device\":\"porch\",\"id\":\"led\",\"stream\":\"stderr\","
                                + "\"loglevel\":3,\"text\":\"stderr again\",\"timestamp\":\"2026-11-28T09:00:00.000000001Z\"}]");
    }

    @Test
    void gzip_comes_as_base64() throws IOException {
        JsonNode part = call(items("[{'id':'camera'}]", ",'contentType':'text','encoding':'gzip'"))
                .payload()
                .get(0);

        assertThat(part.path("payload").isNull()).isTrue();
        assertThat(new GZIPInputStream(new ByteArrayInputStream(
                                part.path("payloadBytes").binaryValue()))
                        .readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("click\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [{'id':'all','filter':{'tail':1}}]                          | camera: click led: <3> stderr again ledger: three
        [{'id':'ALL','filter':{'tail':0}}]                          | camera: led: ledger:
        [{'id':'LED','filter':{'tail':1.0}}]                         | led: <3> stderr again ledger: three
        [{'id':'^camera','filter':{'tail':1}},{'id':'.'}]           | camera: click led: <6> 2026
        [{'id':'led$','filter':{'loglevel':3}}]                     | led: <3> failed <3> stderr again
        [{'id':'led$','filter':{'LogLevel':'3','regex':'^fail'}}]   | led: <3> failed
        [{'id':'led$','filter':{'loglevel':3,'tail':1}}]            | led: <3> stderr again
        [{'id':'led$','filter':{'regex':'\\\\[INF\\\\]'}}]          | led: <6> 2026-01-01 00:00:00.000 +00:00 [INF] - on
        [{'id':'nobody'}]                                           | ''
        """)
    void lines_are_chosen(String items, String expected) {
        assertThat(text(items).replace("\n", " ").strip()).startsWith(expected.strip());
    }

    @Test
    void times_are_the_engines_matter_and_tail_too_unless_until_is_given() {
        assertThat(text("[{'id':'ledger','filter':{'tail':2,'since':'1h'}}]")).isEqualTo("ledger: two\nthree\n");
        assertThat(logs.asked.get(0).tail()).isEqualTo(Optional.of(2));
        assertThat(logs.asked.get(0).since()).isPresent();

        logs.asked.clear();
        assertThat(text("[{'id':'ledger','filter':{'tail':2,'since':0,'until':'1s'}}]"))
                .isEqualTo("ledger: two\nthree\n");
        assertThat(logs.asked).hasSize(2).allMatch(range -> range.tail().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        null                                                                            | the payload is missing
        []                                                                              | must be an object
        {'schemaVersion                                                                 | not valid JSON
        {'items':[{'id':'led'}]}                                                        | schemaVersion
        {'schemaVersion':'2.0','items':[{'id':'led'}]}                                  | schemaVersion
        {'schemaVersion':'1.0'}                                                         | items must be
        {'schemaVersion':'1.0','items':[]}                                              | items must be
        {'schemaVersion':'1.0','items':['led']}                                         | items must hold objects
        {'schemaVersion':'1.0','items':[{}]}                                            | id must be
        {'schemaVersion':'1.0','items':[{'id':'('}]}                                    | id is not a regular expression
        {'schemaVersion':'1.0','items':[{'id':'led','filter':7}]}                       | filter must be an object
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'regex':'(a{999}){999}'}}]} | regex repeats too much
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'regex':'(?=a)'}}]}       | are not supported
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'tail':-1}}]}             | tail is "-1"
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'tail':1.5}}]}            | tail is "1.5"
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'loglevel':8}}]}          | loglevel is "8"
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'since':'yesterday'}}]}   | since: "yesterday" is not a time
        {'schemaVersion':'1.0','items':[{'id':'led','filter':{'since':'1h','until':'2h'}}]} | is after until
        {'schemaVersion':'1.0','items':[{'id':'led'}],'encoding':'zip'}                 | expected none or gzip
        {'schemaVersion':'1.0','items':[{'id':'led'}],'contentType':'xml'}              | expected json or text
        """)
    void a_bad_request_is_the_callers_fault(String payload, String message) {
        MethodAnswer answer = call(payload);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.payload().path("message").asText()).contains(message);
        assertThat(logs.asked).isEmpty();
    }

    @Test
    void logs_that_an_answer_cannot_hold_are_refused_with_what_to_do_and_not_read_further() {
        logs.with("chatty", Stream.generate(() -> "x".repeat(99)).limit(100_000).toArray(String[]::new));

        MethodAnswer answer = call(items("[{'id':'chatty'}]", ",'contentType':'text'"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.payload().path("message").asText())
                .startsWith("The logs are larger than the 127000 bytes")
                .contains("tail", "since", "UploadModuleLogs");
        assertThat(logs.piecesRead).isBetween(1_260L, 1_280L);
    }

    @Test
    void what_grows_too_large_by_its_escapes_is_refused_too() {
        logs.with(
                "quotes",
                IntStream.range(0, 1000).mapToObj(i -> "\"".repeat(100)).toArray(String[]::new));

        assertThat(call(items("[{'id':'quotes'}]", ",'contentType':'text'")).status())
                .isEqualTo(400);
    }

    /** An engine that says nothing until it is interrupted. */
    private static final class Hanging {
        final CountDownLatch reading;
        final CountDownLatch ended = new CountDownLatch(1);

        Hanging(int readers) {
            reading = new CountDownLatch(readers);
        }

        void read() {
            reading.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.countDown();
            }
        }
    }

    @Test
    void a_call_that_nobody_waits_for_any_more_stops_reading() throws InterruptedException {
        Hanging engine = new Hanging(1);
        try (RemoteMethods slow = hanging(engine)) {
            CompletableFuture<MethodAnswer> answer =
                    slow.all().get("GetModuleLogs").apply(led());
            assertThat(engine.reading.await(20, TimeUnit.SECONDS)).isTrue();

            answer.cancel(true);

            assertThat(engine.ended.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void four_calls_run_side_by_side_and_a_fifth_is_told_to_come_again() throws InterruptedException {
        Hanging engine = new Hanging(4);
        try (RemoteMethods slow = hanging(engine)) {
            for (int i = 0; i < 4; i++) {
                var unused = slow.all().get("GetModuleLogs").apply(led());
            }
            assertThat(engine.reading.await(20, TimeUnit.SECONDS)).isTrue();

            MethodAnswer fifth = slow.all().get("GetModuleLogs").apply(led()).join();

            assertThat(fifth.status()).isEqualTo(500);
            assertThat(fifth.payload().path("message").asText()).contains("4 calls that read logs are under way");
        }
    }

    private static String led() {
        return items("[{'id':'led'}]", "").replace('\'', '"');
    }

    private static RemoteMethods remote(ModuleLogs logs) {
        return new RemoteMethods(
                logs,
                (container, blob) -> {
                    throw new IOException("no storage here");
                },
                (out, request) -> {
                    throw new IOException("no bundle here");
                },
                new RemoteMethods.Board("hub.example", "porch", ParentHost.NONE),
                new FakeClock());
    }

    private static RemoteMethods hanging(Hanging engine) {
        FakeLogs none = new FakeLogs().with("led", "on");
        return remote(new ModuleLogs() {
            @Override
            public List<String> modules() {
                return none.modules();
            }

            @Override
            public void read(String module, Range range, Reader reader) {
                engine.read();
            }
        });
    }
}
