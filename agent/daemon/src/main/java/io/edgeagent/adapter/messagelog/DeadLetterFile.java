package io.edgeagent.adapter.messagelog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.MessageStore;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of JSON a message, in a file of bounded size and the one before it. Each line stands for itself: one that a power cut has
 * torn is a line that is not JSON, and those around it are whole.
 */
public final class DeadLetterFile implements DeadLetters {
    static final String FILE = "dead-letters.jsonl";
    static final String OLDER = "dead-letters.1.jsonl";
    /** A line may go over it. */
    static final long LARGEST = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFile.class);
    private static final int LOGGED_A_MINUTE = 5;

    private final Disk disk;
    private Optional<Disk.File> open = Optional.empty();
    private long end;
    private long minute;
    private int logged;

    public DeadLetterFile(Path folder) throws IOException {
        this(new FolderDisk(folder));
    }

    DeadLetterFile(Disk disk) {
        this.disk = disk;
    }

    @Override
    public void add(String queue, MessageStore.Entry entry, String reason) {
        if (mayLog()) {
            LOG.warn(
                    "event=dead_letter queue=\"{}\" sender={} reason=\"{}\"",
                    queue,
                    entry.message().sender(),
                    reason);
        }
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("queue", queue).put("reason", reason);
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
        write(line);
    }

    @Override
    public void dropped(String queue, MessageStore.Dropped what, String reason) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("queue", queue).put("reason", reason).put("messagesNotKept", what.messages());
        if (what.oldest() != 0) {
            line.put("oldestStoredAt", Instant.ofEpochMilli(what.oldest()).toString());
        }
        write(line);
    }

    private void write(ObjectNode line) {
        try {
            Disk.File file = open();
            ByteBuffer text = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            file.write(text.duplicate(), end);
            file.force();
            end += text.remaining();
        } catch (IOException e) {
            closeQuietly();
            if (mayLog()) {
                LOG.warn("event=dead_letter_not_written reason=\"{}\"", e.getMessage());
            }
        }
    }

    private Disk.File open() throws IOException {
        if (open.isEmpty()) {
            open = Optional.of(disk.open(FILE));
            end = open.get().size();
            if (end > 0) {
                ByteBuffer last = ByteBuffer.allocate(1);
                open.get().read(last, end - 1);
                if (last.get(0) != '\n') {
                    open.get().write(ByteBuffer.wrap(new byte[] {'\n'}), end++);
                }
            }
        }
        if (end > LARGEST) {
            closeQuietly();
            disk.rename(FILE, OLDER);
            open = Optional.of(disk.open(FILE));
            end = 0;
        }
        return open.get();
    }

    private void closeQuietly() {
        try {
            if (open.isPresent()) {
                open.get().close();
            }
        } catch (IOException e) {
            LOG.warn("event=dead_letters_not_closed reason=\"{}\"", e.getMessage());
        }
        open = Optional.empty();
    }

    private boolean mayLog() {
        long now = System.nanoTime() / 60_000_000_000L;
        if (now != minute) {
            minute = now;
            logged = 0;
        }
        return logged++ < LOGGED_A_MINUTE;
    }
}
