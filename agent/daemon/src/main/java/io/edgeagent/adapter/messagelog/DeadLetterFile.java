package io.edgeagent.adapter.messagelog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line of JSON a message, in a file of bounded size and the one before it. */
public final class DeadLetterFile implements DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFile.class);
    private static final long LARGEST = 1024 * 1024;
    private static final int LOGGED_A_MINUTE = 5;

    private final Path file;
    private long minute;
    private int logged;

    public DeadLetterFile(Path folder) {
        this.file = folder.resolve("dead-letters.jsonl");
    }

    @Override
    public void add(String queue, MessageStore.Entry entry, String reason) {
        say(queue, entry, reason);
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("queue", queue.replace('\n', ' ')).put("reason", reason);
        line.put("sender", entry.message().sender().toString());
        entry.message().output().ifPresent(output -> line.put("output", output));
        if (entry.storedAt() != 0) {
            line.put("storedAt", Instant.ofEpochMilli(entry.storedAt()).toString());
        }
        ObjectNode system = line.putObject("systemProperties");
        entry.message().system().forEach(system::put);
        ObjectNode application = line.putObject("appProperties");
        entry.message().application().forEach(application::put);
        ByteBuffer body = entry.message().bytes();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        line.put("bodyBase64", Base64.getEncoder().encodeToString(bytes));
        try {
            if (Files.exists(file) && Files.size(file) > LARGEST) {
                Files.move(file, file.resolveSibling("dead-letters.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(
                    file,
                    (line + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("event=dead_letter_not_written reason=\"{}\"", e.getMessage());
        }
    }

    private void say(String queue, MessageStore.Entry entry, String reason) {
        long now = System.nanoTime() / 60_000_000_000L;
        if (now != minute) {
            minute = now;
            logged = 0;
        }
        if (logged++ < LOGGED_A_MINUTE) {
            LOG.warn(
                    "event=dead_letter queue=\"{}\" sender={} reason=\"{}\"",
                    queue.replace('\n', ' '),
                    entry.message().sender(),
                    reason);
        }
    }
}
