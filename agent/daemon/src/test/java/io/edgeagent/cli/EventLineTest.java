package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EventLineTest {
    private static ObjectNode entry(String level, String text) {
        return Json.MAPPER
                .createObjectNode()
                .put("number", 1)
                .put("time", "2026-11-28T09:30:05.123Z")
                .put("level", level)
                .put("text", text);
    }

    private static String text(String level, String text) {
        return EventLine.of(entry(level, text)).text(ZoneOffset.UTC);
    }

    @Test
    void a_person_reads_when_who_what_and_why() {
        assertThat(text("info", "event=step_done module=led step=pull ms=3200"))
                .isEqualTo("11-28 09:30:05  led               step done step=pull ms=3200");
        assertThat(text("warn", "event=step_failed module=led step=start reason=\"no \\\"such\\\" device\""))
                .isEqualTo("11-28 09:30:05  led               warn: step failed step=start: no \"such\" device");
        assertThat(text("info", "event=link_up")).isEqualTo("11-28 09:30:05  -                 link up");
        assertThat(text("error", "what a library says: a=b"))
                .isEqualTo("11-28 09:30:05  -                 error: what a library says: a=b");
    }

    @Test
    void what_a_terminal_would_obey_and_broken_quotes_do_no_harm() {
        assertThat(text("info", "event=e module=\u001b[31mled reason=\"open"))
                .doesNotContain("\u001b")
                .contains("\"open");
        assertThat(text("info", "")).startsWith("11-28 09:30:05");
        assertThat(text("info", "=x \\")).startsWith("11-28 09:30:05");
    }

    @Test
    void a_program_reads_fields() {
        assertThat(EventLine.of(entry("info", "event=step_done module=led step=\"a b\""))
                        .json())
                .hasToString("{\"time\":\"2026-11-28T09:30:05.123Z\",\"level\":\"info\",\"event\":\"step_done\","
                        + "\"module\":\"led\",\"step\":\"a b\"}");
    }
}
