package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoardCommandsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final List<String> asked = new ArrayList<>();
    private static final int WIDE = Integer.MAX_VALUE;

    private boolean engineUp = true;

    private record Run(int code, String out, String err) {}

    private final class Engine implements ModuleContainers {
        @Override
        public List<Found> find() {
            return List.of(
                    new Found("button", "b1", "acr.example.io/button:1", "Up 3 hours", true),
                    new Found("led", "l1", "acr.example.io/led:1", "Exited (137) 5 seconds ago", false));
        }

        @Override
        public void restart(String id) {
            asked.add("restart " + id);
        }

        @Override
        public void logs(
                String id,
                Optional<Integer> tail,
                Optional<Instant> since,
                Optional<Instant> until,
                boolean follow,
                OutputStream out,
                OutputStream err) {
            asked.add("logs " + id + " " + tail + " " + since + " " + until + " " + follow);
            try {
                out.write("hello\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void lists_in_the_columns_of_iotedge() {
        JsonNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("led", "failed", "startTime", "2026-11-21T11:00:00Z")
                        .put("exitCode", 137)
                        .put("exitTime", "2026-11-21T11:59:55Z"))
                .add(module("button", "running", "startTime", "2026-11-21T09:00:00Z"))
                .add(module("job", "stopped", "exitTime", "2026-11-21T11:58:00Z"))
                .add(module("\u001b[31mred", "backoff", "description", "tried again in 10 s"));

        assertThat(ModuleTable.of(modules, NOW, WIDE)).isEqualTo("""
            NAME    STATUS   DESCRIPTION                 CONFIG
             [31mred  backoff  tried again in 10 s         image
            button  running  Up 3 hours                  image
            job     stopped  Stopped 2 minutes ago       image
            led     failed   Failed (137) 5 seconds ago  image
            """.replace("NAME    ", "NAME      ")
                .replace("button  ", "button    ")
                .replace("job     ", "job       ")
                .replace("led     ", "led       "));
    }

    @Test
    void a_module_that_could_not_even_start_tells_why_in_place_of_an_exit_code() {
        JsonNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("led", "failed", "description", "/dev/i2c-1 is not there")
                        .put("exitCode", 0));

        assertThat(ModuleTable.of(modules, NOW, WIDE)).contains("failed  /dev/i2c-1 is not there  image");
    }

    @Test
    void shows_which_update_waits_and_who_holds_a_lock_while_nothing_does() {
        ArrayNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("button", "running", "startTime", "2026-11-21T09:00:00Z")
                        .put("updateLock", true))
                .add(module("led", "running", "startTime", "2026-11-21T09:00:00Z")
                        .put("updateLock", true)
                        .put("updateWaits", "it holds its update lock"));

        assertThat(ModuleTable.of(modules, NOW, WIDE))
                .contains("button  running  Up 3 hours; holds its update lock  ")
                .contains("led     running  Up 3 hours; an update waits: it holds its update lock  ");
    }

    @Test
    void a_deployment_that_waits_is_well_and_says_so() {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.putObject("link").put("up", true);
        status.putObject("engine").put("up", true);
        status.putObject("deployment")
                .put("version", 7)
                .put("code", 200)
                .put("description", "deployment 8 waits: led: it holds its update lock");

        Health health = Health.of(status, NOW);

        assertThat(health.isGood()).isTrue();
        assertThat(health.text()).contains("version 7, applied; deployment 8 waits: led: it holds its update lock");
    }

    @Test
    void a_reason_that_is_too_long_for_the_table_is_whole_below_it() {
        String reason =
                "/dev/i2c-1 is not there (I2C is off): enable I2C with \"sudo raspi-config nonint do_i2c 0\", then"
                        + " reboot";
        JsonNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("button", "running", "startTime", "2026-11-21T09:00:00Z"))
                .add(module("led", "backoff", "description", reason));

        assertThat(ModuleTable.of(modules, NOW, WIDE)).isEqualTo("""
            NAME    STATUS   DESCRIPTION                                                   CONFIG
            button  running  Up 3 hours                                                    image
            led     backoff  /dev/i2c-1 is not there (I2C is off): enable I2C with \"su...  image

            led: /dev/i2c-1 is not there (I2C is off): enable I2C with "sudo raspi-config nonint do_i2c 0", then reboot
            """);
    }

    @Test
    void tells_of_restarts_and_how_far_a_pull_is() {
        JsonNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("button", "running", "startTime", "2026-11-21T09:00:00Z")
                        .put("restarts", 1)
                        .put("pull", "12.0 of 48.1 MB, 24%"))
                .add(module("led", "unhealthy", "startTime", "2026-11-21T09:00:00Z")
                        .put("restarts", 2))
                .add(module("new", "unknown", "pull", "1.0 of 4.0 MB, 25%"));

        assertThat(ModuleTable.of(modules, NOW, WIDE))
                .contains("button  running    Pulling 12.0 of 48.1 MB, 24%; Up 3 hours, 1 restart  image")
                .contains("led     unhealthy  Up 3 hours, unhealthy, 2 restarts")
                .contains("new     unknown    Pulling 1.0 of 4.0 MB, 25%");
    }

    @Test
    void a_table_that_is_too_wide_for_the_terminal_becomes_a_list() {
        JsonNode modules = Json.MAPPER
                .createArrayNode()
                .add(module("button", "running", "startTime", "2026-11-21T09:00:00Z"))
                .add(module("led", "backoff", "description", "tried again in 10 s"));

        assertThat(ModuleTable.of(modules, NOW, 40)).isEqualTo("""
            button
              STATUS       running
              DESCRIPTION  Up 3 hours
              CONFIG       image
            led
              STATUS       backoff
              DESCRIPTION  tried again in 10 s
              CONFIG       image
            """);
        assertThat(ModuleTable.of(modules, NOW, 46)).startsWith("NAME    STATUS   DESCRIPTION          CONFIG\n");
    }

    private static ObjectNode module(String name, String status, String field, String value) {
        return Json.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("image", "image")
                .put("runtimeStatus", status)
                .put(field, value);
    }

    @ParameterizedTest
    @CsvSource({
        "0,less than a second",
        "1,1 second",
        "119,119 seconds",
        "120,2 minutes",
        "7200,2 hours",
        "172800,2 days"
    })
    void says_how_long_in_words(long seconds, String words) {
        assertThat(Terminal.since(NOW.minusSeconds(seconds), NOW)).isEqualTo(words);
    }

    @Test
    void without_the_agent_the_engine_is_asked() {
        Run run = run("list");

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("the agent does not run", "sudo systemctl start edge-agent");
        assertThat(run.out()).contains("NAME", "led", "Exited (137) 5 seconds ago");
        assertThat(run("restart", "led").out()).contains("Restarted led without the agent");
        assertThat(asked).containsExactly("restart l1");
    }

    @Test
    void with_neither_agent_nor_engine_it_says_so() {
        engineUp = false;

        assertThat(run("list").code()).isEqualTo(1);
        assertThat(run("logs", "led").err()).contains("no engine here");
        assertThat(run("status").code()).isEqualTo(3);
    }

    @Test
    void logs_come_from_the_engine() {
        assertThat(run("logs", "led", "--tail", "20", "--since", "10 minutes", "-f")
                        .out())
                .isEqualTo("hello\n");
        run("logs", "led", "--tail", "all", "--since", "2026-11-21T08:00:00Z", "--until", "1h");

        assertThat(asked)
                .containsExactly(
                        "logs l1 Optional[20] Optional[2026-11-21T11:50:00Z] Optional.empty true",
                        "logs l1 Optional.empty Optional[2026-11-21T08:00:00Z] Optional[2026-11-21T11:00:00Z] false");
    }

    @Test
    void an_unknown_module_is_told_with_those_that_are_there() {
        Run run = run("logs", "light");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no module light", "button, led");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--since=yesterday", "--until=10 parsecs", "--tail=some", "--tail=-1"})
    void times_and_numbers_that_are_none_end_with_2(String option) {
        assertThat(run("logs", "led", option).code()).isEqualTo(2);
        assertThat(asked).isEmpty();
    }

    @Test
    void all_is_well_when_link_engine_deployment_and_modules_are() throws IOException {
        String good = "{'version':'1','device':'d','hub':'h','link':{'up':true},'engine':{'up':true},"
                + "'deployment':{'version':3,'code':200,'description':''},'modules':{'led':{'runtimeStatus':'running'},"
                + "'job':{'runtimeStatus':'stopped','exitCode':0}}}";

        assertThat(health(good).isGood()).isTrue();
        assertThat(health(good).text()).contains("modules     2 of 2 as they should be");
        assertThat(health(good.replace("'up':true},'engine'", "'up':false,'reason':'no way'},'engine'"))
                        .text())
                .contains("down: no way");
        assertThat(health(good.replace("'runtimeStatus':'running'", "'runtimeStatus':'backoff'"))
                        .isGood())
                .isFalse();
        assertThat(health(good.replace("'code':200", "'code':500")).isGood()).isFalse();
        assertThat(health("{}").isGood()).isFalse();
    }

    private static Health health(String json) throws IOException {
        return Health.of(Json.MAPPER.readTree(json.replace('\'', '"')), NOW);
    }

    private ModuleContainers engine() {
        if (!engineUp) {
            throw new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "no engine here");
        }
        return new Engine();
    }

    private Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            int code = CommandLineInterface.run(
                    arguments,
                    (config, state, version) -> 1,
                    new BoardCommands(Path.of("/no/such/admin.sock"), this::engine, Clock.fixed(NOW, ZoneOffset.UTC))
                            .commands());
            return new Run(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
