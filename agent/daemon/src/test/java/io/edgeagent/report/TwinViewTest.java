package io.edgeagent.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TwinViewTest {
    @Test
    void nothing_but_versions_statuses_and_images_is_shown() throws IOException {
        ObjectNode desired = (ObjectNode) Json.MAPPER.readTree("""
                {"runtime":{"settings":{"registryCredentials":{"a":{"password":"s3cret"}}}},
                 "modules":{"led":{"status":"running","env":{"KEY":{"value":"s3cret"}},
                  "settings":{"image":"led:2","createOptions":"{\\"Env\\":[\\"K=s3cret\\"]}"}},"odd":7}}""");
        ObjectNode reported = (ObjectNode) Json.MAPPER.readTree("""
                {"lastDesiredVersion":3,"lastDesiredStatus":{"code":200},"modules":{"led":{"runtimeStatus":"running"}}}""");

        ObjectNode view = TwinView.of(Optional.of(desired), 4, Optional.of(reported));

        assertThat(view.toString()).doesNotContain("s3cret");
        assertThat(Json.MAPPER.readTree(view.toString())).isEqualTo(Json.MAPPER.readTree("""
                {"desired":{"version":4,"modules":{"led":{"status":"running","image":"led:2"},"odd":{"status":""}}},
                 "reported":{"version":3,"code":200,"description":"","modules":{"led":{"status":"running"}}}}"""));
        assertThat(TwinView.of(Optional.empty(), 0, Optional.empty())).isEmpty();
    }
}
