package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Leftover;
import io.edgeagent.model.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanCommandTest {
    private final List<Leftover> onBoard = new ArrayList<>(List.of(
            new Leftover(Leftover.Kind.CONTAINER, "1", "led", "hub/board", "running"),
            new Leftover(Leftover.Kind.NETWORK, "2", "azure-iot-edge", "hub/board", "")));
    private final List<String> removed = new ArrayList<>();
    private final List<String> agents = new ArrayList<>();
    private String stuck = "";

    private record Run(int code, String out, String err) {}

    private final class Engine implements CleanCommand.Engine {
        @Override
        public List<Leftover> leftovers() {
            return onBoard;
        }

        @Override
        public List<String> runningAgents() {
            return agents;
        }

        @Override
        public void remove(Leftover leftover) {
            if (leftover.name().equals(stuck)) {
                throw new ProblemException(ErrorCode.INTERNAL, "it is stuck");
            }
            removed.add(leftover.name());
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void asks_before_it_removes() {
        assertThat(run("n\n").code()).isEqualTo(2);
        Run nobody = run("");
        assertThat(nobody.code()).isEqualTo(2);
        assertThat(nobody.err()).contains("nothing was removed", "--yes");
        assertThat(removed).isEmpty();

        Run agreed = run("y\n");

        assertThat(agreed.code()).isZero();
        assertThat(agreed.out()).contains("Remove these? [y/N]", "removed led", "removed azure-iot-edge");
        assertThat(removed).containsExactly("led", "azure-iot-edge");
    }

    @Test
    void a_dry_run_shows_and_removes_nothing() {
        Run run = run("", "--dry-run");

        assertThat(run.code()).isZero();
        assertThat(run.out()).containsPattern("container +led +hub/board +running");
        assertThat(removed).isEmpty();
    }

    @Test
    void of_several_devices_one_must_be_chosen() {
        onBoard.add(new Leftover(Leftover.Kind.CONTAINER, "3", "led", "hub/other", "exited"));

        assertThat(run("", "--yes").code()).isEqualTo(2);
        assertThat(run("", "--yes", "--all", "--device", "other").code()).isEqualTo(2);
        assertThat(removed).isEmpty();
        assertThat(run("", "--yes", "--device", "other").code()).isZero();
        assertThat(removed).containsExactly("led");
        assertThat(run("", "--dry-run", "--device", "hub/other").out())
                .contains("hub/other")
                .doesNotContain("hub/board");
        assertThat(run("", "--yes", "--all").code()).isZero();
        assertThat(removed).hasSize(4);
    }

    @Test
    void a_network_that_others_use_stays() {
        onBoard.set(1, new Leftover(Leftover.Kind.NETWORK, "2", "azure-iot-edge", "hub/board", "stranger"));

        Run run = run("", "--yes");

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("kept network azure-iot-edge: in use by stranger");
        assertThat(removed).containsExactly("led");
    }

    @Test
    void what_cannot_be_removed_is_told_and_the_rest_goes() {
        stuck = "led";

        Run run = run("", "--yes");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("led could not be removed", "it is stuck");
        assertThat(removed).containsExactly("azure-iot-edge");
    }

    @Test
    void a_running_agent_is_pointed_out() {
        agents.add("edge-agent");

        assertThat(run("", "--yes").err()).contains("an agent runs in container edge-agent", "docker stop");
    }

    @Test
    void nothing_there_is_no_failure() {
        assertThat(run("", "--yes", "--device", "nobody").out()).contains("Nothing to remove of device nobody");
        onBoard.clear();
        assertThat(run("").out()).contains("Nothing to remove.");
    }

    private Run run(String typed, String... options) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("clean"));
        arguments.addAll(List.of(options));
        try {
            System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            int code = CommandLineInterface.run(
                    arguments.toArray(new String[0]), (config, state, version) -> 1, new CleanCommand(Engine::new));
            return new Run(code, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }
}
