package io.edgeagent.simulator.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest events, bounded by number and bytes; the oldest go first. An event is in the file before the device's message is
 * acknowledged, so that killing the simulator loses none (killing the machine may).
 */
public final class EventLog implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int MAX_EVENTS = 10_000;
    private static final long MAX_BYTES = 64L << 20;
    private static final String CURRENT = "events.jsonl";
    private static final String PREVIOUS = "events-previous.jsonl";

    private final StateFolder folder;
    private final Deque<Event> events = new ArrayDeque<>();
    private FileChannel file;
    private long bytes;
    private long sequence;
    private int eventsInFile;
    private long bytesInFile;

    private EventLog(StateFolder folder) throws IOException {
        this.folder = folder;
        load(PREVIOUS);
        eventsInFile = 0;
        load(CURRENT);
        file = openForAppend();
    }

    static EventLog open(StateFolder folder) throws IOException {
        return new EventLog(folder);
    }

    /** Stores the event that {@code make} makes for the next sequence number. */
    Event append(LongFunction<Event> make) {
        Event event = make.apply(sequence + 1);
        byte[] line = (event.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            ByteBuffer buffer = ByteBuffer.wrap(line);
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            remember(event);
            eventsInFile++;
            bytesInFile += line.length;
            if (eventsInFile >= MAX_EVENTS || bytesInFile >= MAX_BYTES) {
                rotate();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store an event", e);
        }
        return event;
    }

    /** Up to {@code limit} events after the sequence number, oldest first. */
    public List<Event> since(long after, int limit) {
        return events.stream()
                .filter(event -> event.sequence() > after)
                .limit(limit)
                .toList();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void remember(Event event) {
        events.add(event);
        sequence = event.sequence();
        bytes += event.bodyBase64().length();
        while (events.size() > MAX_EVENTS || bytes > MAX_BYTES) {
            bytes -= events.remove().bodyBase64().length();
        }
    }

    private void rotate() throws IOException {
        file.close();
        Files.move(folder.resolve(CURRENT), folder.resolve(PREVIOUS), StandardCopyOption.REPLACE_EXISTING);
        file = openForAppend();
        eventsInFile = 0;
        bytesInFile = 0;
    }

    private void load(String name) throws IOException {
        Path path = folder.resolve(name);
        if (!Files.exists(path)) {
            return;
        }
        long good = 0;
        for (byte[] line : Lines.of(Files.readAllBytes(path))) {
            try {
                remember(Event.fromJson(HubJson.parse(line)));
            } catch (IOException e) {
                // a killed simulator leaves half a line at the end
                LOG.warn("dropped the rest of a damaged file file={} good_bytes={}", path, good);
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    channel.truncate(good);
                }
                break;
            }
            good += line.length + 1L;
            eventsInFile++;
        }
        bytesInFile = good;
    }

    private FileChannel openForAppend() throws IOException {
        return FileChannel.open(
                folder.resolve(CURRENT),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
