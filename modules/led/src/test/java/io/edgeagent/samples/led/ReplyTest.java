package io.edgeagent.samples.led;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyTest {

    @Test
    void a_reason_stays_valid_json() {
        assertThat(Reply.detail(503, "a \"b\" \\ c\n").json()).isEqualTo("{\"detail\":\"a \\\"b\\\" \\\\ c\\u000a\"}");
    }
}
