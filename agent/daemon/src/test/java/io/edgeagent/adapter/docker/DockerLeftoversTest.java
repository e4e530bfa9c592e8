package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.model.Leftover;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerLeftoversTest {
    private static final String LABELS = "\"Labels\":{\"io.edge-agent.device\":\"hub/board\"}";

    @TempDir
    private Path folder;

    private CannedEngine engine;
    private DockerLeftovers leftovers;

    @BeforeEach
    void open() throws IOException {
        engine = CannedEngine.start(folder);
        leftovers = new DockerLeftovers(engine.uri());
    }

    @AfterEach
    void close() throws IOException {
        leftovers.close();
        engine.close();
    }

    @Test
    void finds_containers_first_then_networks_with_who_else_is_on_them() {
        engine.answer(
                        "GET /containers/json",
                        "[{\"Id\":\"c1\",\"Names\":[\"/led\"],\"State\":\"exited\"," + LABELS + "}]")
                .answer(
                        "GET /networks",
                        "[{\"Id\":\"n1\",\"Name\":\"azure-iot-edge\"," + LABELS
                                + "},{\"Id\":\"n2\",\"Name\":\"bridge\",\"Labels\":{}},{\"Id\":\"n3\",\"Name\":\"none\"}]")
                .answer(
                        "GET /networks/n1",
                        "{\"Id\":\"n1\",\"Containers\":{\"c1\":{\"Name\":\"led\"},\"x\":{\"Name\":\"stranger\"}}}");

        assertThat(leftovers.find())
                .containsExactly(
                        new Leftover(Leftover.Kind.CONTAINER, "c1", "led", "hub/board", "exited"),
                        new Leftover(Leftover.Kind.NETWORK, "n1", "azure-iot-edge", "hub/board", "stranger"));
        assertThat(engine.asked().get(0)).contains("all=true", "io.edge-agent.device");
    }

    @Test
    void names_running_agents_in_containers() {
        engine.answer(
                "GET /containers/json",
                "[{\"Id\":\"b\",\"Names\":[\"/two\"],\"State\":\"running\"},{\"Id\":\"a\",\"Names\":[\"/one\"],\"State\":\"running\"},"
                        + "{\"Id\":\"c\",\"Names\":[\"/three\"],\"State\":\"exited\"}]");

        assertThat(leftovers.runningAgents()).containsExactly("one", "two");
        assertThat(engine.asked().get(0)).contains("io.edge-agent.image");
    }

    @Test
    void a_container_goes_with_its_anonymous_volumes() {
        engine.answer("DELETE /containers/c1", "");

        leftovers.remove(new Leftover(Leftover.Kind.CONTAINER, "c1", "led", "hub/board", "running"));

        assertThat(engine.asked())
                .singleElement()
                .asString()
                .startsWith("DELETE /containers/c1")
                .contains("v=true", "force=true");
    }

    @Test
    void what_is_gone_already_is_no_error() {
        assertThatCode(() -> leftovers.remove(new Leftover(Leftover.Kind.NETWORK, "n1", "net", "hub/board", "")))
                .doesNotThrowAnyException();
    }

    @Test
    void an_engine_that_is_away_is_told_in_words() throws IOException {
        engine.close();

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(leftovers::find)
                .withMessageContaining("ngine");
    }
}
