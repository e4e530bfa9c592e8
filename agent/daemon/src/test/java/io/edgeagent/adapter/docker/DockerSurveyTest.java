package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.check.EngineSight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerSurveyTest {
    @TempDir
    private Path folder;

    @Test
    void reads_what_the_engine_says_of_itself() throws IOException {
        try (CannedEngine engine = CannedEngine.start(folder);
                DockerSurvey survey = new DockerSurvey(engine.uri())) {
            engine.answer("GET /version", "{\"ApiVersion\":\"1.51\",\"MinAPIVersion\":\"1.44\",\"Version\":\"29.0\"}")
                    .answer("GET /info", "{\"MemoryLimit\":false,\"HttpsProxy\":\"http://proxy:3128\"}");

            EngineSight.Facts facts = survey.facts();

            assertThat(facts.info().version()).isEqualTo("29.0");
            assertThat(facts.oldestApi()).isEqualTo("1.44");
            assertThat(facts.limitsMemory()).isFalse();
            assertThat(facts.proxy()).isEqualTo("http://proxy:3128");
        }
    }

    @Test
    void finds_modules_whose_logs_grow_without_end() throws IOException {
        try (CannedEngine engine = CannedEngine.start(folder);
                DockerSurvey survey = new DockerSurvey(engine.uri())) {
            engine.answer(
                            "GET /containers/json",
                            "[" + listed("a") + "," + listed("b") + "," + listed("c") + "," + listed("gone") + "]")
                    .answer("GET /containers/a/json", log("json-file", "{}"))
                    .answer("GET /containers/b/json", log("json-file", "{\"max-size\":\"10m\"}"))
                    .answer("GET /containers/c/json", log("journald", "{}"));

            assertThat(survey.withoutLogLimit()).isEqualTo(List.of("a"));
        }
    }

    @Test
    void an_engine_that_is_not_there_is_a_problem_in_words() {
        try (DockerSurvey survey = new DockerSurvey("unix://" + folder.resolve("none.sock"))) {
            assertThatThrownBy(survey::facts).hasMessageContaining("the container engine does not answer");
        }
    }

    private static String listed(String name) {
        return "{\"Id\":\"" + name + "\",\"Names\":[\"/" + name + "\"],\"State\":\"running\"}";
    }

    private static String log(String type, String config) {
        return "{\"HostConfig\":{\"LogConfig\":{\"Type\":\"" + type + "\",\"Config\":" + config + "}}}";
    }
}
