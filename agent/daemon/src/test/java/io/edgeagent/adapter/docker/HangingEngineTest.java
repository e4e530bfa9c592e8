package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that takes calls and does not answer them: no thread of ours may wait for it for ever. */
@Timeout(30)
class HangingEngineTest {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    @Test
    void an_engine_that_never_says_its_version_does_not_answer() throws IOException {
        try (CannedEngine canned = CannedEngine.silent(folder);
                DockerEngine engine = engine(canned)) {
            assertThat(problemOf(engine).code()).isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
            assertThat(problemOf(engine).text()).contains("does not answer within", "systemctl restart docker");
        }
    }

    @Test
    void an_engine_that_hangs_in_the_middle_is_given_up_and_found_again() throws IOException {
        try (CannedEngine canned = CannedEngine.start(folder);
                DockerEngine engine = engine(canned)) {
            canned.answer("GET /containers/json", "[]");
            assertThat(engine.containers()).isEmpty();

            canned.hang("GET /containers/json");
            assertThat(problemOf(engine).code()).isEqualTo(ErrorCode.ENGINE_UNREACHABLE);

            canned.answer("GET /containers/json", "[]");
            assertThat(engine.containers()).isEmpty();
        }
    }

    private static DockerEngine engine(CannedEngine canned) {
        return new DockerEngine(canned.uri(), "hub/device", ModuleNetwork.of("network"), PATIENCE);
    }

    private static Problem problemOf(DockerEngine engine) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, engine::containers);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }
}
