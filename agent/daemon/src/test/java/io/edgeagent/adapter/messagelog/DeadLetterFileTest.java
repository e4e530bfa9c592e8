package io.edgeagent.adapter.messagelog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.model.Json;
import io.edgeagent.testing.Warns;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Warns("WARN event=dead_letter")
class DeadLetterFileTest {
    private final FrailDisk disk = new FrailDisk(new Random(1));
    private final DeadLetterFile letters = new DeadLetterFile(disk);

    private static MessageStore.Entry entry(String body) {
        Message message = new Message(
                ClientId.module("board", "sensor"),
                Optional.of("out"),
                Map.of("messageId", "7"),
                Map.of("a", "line\nbreak"),
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        return new MessageStore.Entry(1, body.length(), 1_780_000_000_000L, 1000, message);
    }

    private List<JsonNode> whole(String file) {
        return new String(disk.bytes(file), StandardCharsets.UTF_8)
                .lines()
                .flatMap(line -> parsed(line).stream())
                .toList();
    }

    private static Optional<JsonNode> parsed(String line) {
        try {
            return Optional.of(Json.MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
            // one that was torn
            return Optional.empty();
        }
    }

    @Test
    void a_line_has_the_message_and_the_reason() {
        letters.add("$upstream from board/sensor", entry("hello"), "the message is too large");

        JsonNode line = whole(DeadLetterFile.FILE).get(0);
        assertThat(line.path("reason").asText()).isEqualTo("the message is too large");
        assertThat(line.path("queue").asText()).isEqualTo("$upstream from board/sensor");
        assertThat(line.path("sender").asText()).isEqualTo("board/sensor");
        assertThat(line.path("appProperties").path("a").asText()).isEqualTo("line\nbreak");
        assertThat(Base64.getDecoder().decode(line.path("bodyBase64").asText()))
                .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void it_takes_two_files_of_a_bounded_size() {
        String large = "x".repeat(100_000);
        for (int i = 0; i < 60; i++) {
            letters.add("q", entry(large), "reason " + i);
        }

        assertThat(disk.list()).containsExactlyInAnyOrder(DeadLetterFile.FILE, DeadLetterFile.OLDER);
        assertThat(disk.used()).isLessThan(3 * DeadLetterFile.LARGEST);
        List<JsonNode> newest = whole(DeadLetterFile.FILE);
        assertThat(newest.get(newest.size() - 1).path("reason").asText()).isEqualTo("reason 59");
    }

    @Test
    void what_it_has_taken_survives_a_power_cut() {
        letters.add("q", entry("one"), "first");
        disk.cutPower();

        assertThat(whole(DeadLetterFile.FILE)).hasSize(1);
    }

    @Test
    void a_torn_or_damaged_line_spoils_no_other() throws Exception {
        letters.add("q", entry("one"), "first");
        letters.add("q", entry("two"), "second");
        long end = disk.used();
        disk.rot(DeadLetterFile.FILE, (int) end - 30, 30);

        new DeadLetterFile(disk).add("q", entry("three"), "third");

        assertThat(whole(DeadLetterFile.FILE))
                .extracting(line -> line.path("reason").asText())
                .containsExactly("first", "third");
    }

    @Test
    void a_full_disk_stops_nothing_and_is_over_when_there_is_room() {
        disk.limit(0);
        letters.add("q", entry("one"), "first");
        disk.limit(Long.MAX_VALUE);
        letters.add("q", entry("two"), "second");

        assertThat(whole(DeadLetterFile.FILE))
                .extracting(line -> line.path("reason").asText())
                .containsExactly("second");
    }
}
