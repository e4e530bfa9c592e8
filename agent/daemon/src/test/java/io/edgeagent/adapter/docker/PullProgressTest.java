package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullProgressTest {
    private static final ImageReference IMAGE = ImageReference.parse("acr.io/led:1");
    private static final String PULL = "POST /images/create";

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

    @Test
    void a_pull_ends_with_its_stream_whatever_stands_in_it() {
        canned.answer(PULL, """
            {"status":"Pulling from led","id":"1"}
            {"status":"Downloading","progressDetail":{"current":1,"total":2},"progress":"[=>]","id":"a"}\r
            {"status":"Downloading","progressDetail":{},"id":"a"}{"status":"%s"}
            {"status":"Pull complete","progressDetail":{},"id":"a"}
            """.formatted("x".repeat(10 << 20)));

        engine.pull(IMAGE, Optional.empty(), line -> {});

        assertThat(canned.asked()).containsExactly("POST /images/create?fromImage=acr.io%2Fled%3A1");
    }

    @Test
    void an_error_in_the_stream_fails_the_pull() {
        canned.answer(
                PULL,
                "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"x\"}");

        assertThat(problem().code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
    }

    @Test
    void a_stream_that_breaks_in_the_middle_fails_the_pull() {
        canned.answer(PULL, "{\"status\":\"Pulling\"}\r\n{\"status\":\"Down");

        assertThat(problem().code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    }

    @Test
    void a_refusal_is_told_in_the_engines_words() {
        canned.answer(
                PULL,
                "500 Internal Server Error",
                out -> out.write(
                        "{\"cause\":\"x\",\"message\":\"Get \\\"https://acr.io/v2/\\\": no basic auth credentials\"}"
                                .getBytes(StandardCharsets.UTF_8)));

        assertThat(problem().code()).isEqualTo(ErrorCode.REGISTRY_UNAUTHORIZED);
        assertThat(problem().text()).contains("Get \"https://acr.io/v2/\": no basic auth credentials; check address");
    }

    private Problem problem() {
        RegistryCredential login = new RegistryCredential("acr.io", "user", "secret");
        ProblemException thrown =
                catchThrowableOfType(ProblemException.class, () -> engine.pull(IMAGE, Optional.of(login), line -> {}));
        assertThat(thrown).isNotNull();
        return thrown.problem();
    }
}
