package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages in segments of one size. All queues share the log, so a round of the hub costs one write and one sync whatever it took. A
 * segment of which everything is settled is used again: overwriting costs a quarter of the writes that a growing file does, because
 * the file system has nothing to note. Measured: agent/RATIONALE.md.
 */
public final class MessageLog implements MessageStore {
    /** Large enough for the largest message, small enough to be given back soon. */
    static final int SEGMENT = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MessageLog.class);
    private static final String SPARE = "spare-";
    private static final String LOG_END = ".log";
    private static final String SET_ASIDE = "damaged-";
    private static final int MOST_SPARES = 2;
    /** Segments whose messages' places are in memory at once. */
    private static final int REMEMBERED = 3;
    /**
     * A segment that is filled by so few writes is not filled with zeros first: noting that a file has grown costs some 16 KB a write,
     * and all zeros cost a segment.
     */
    private static final int FEW_WRITES = 64;
    // a number that no failed write can have used
    private static final long GAP = 1 << 20;

    private final Disk disk;
    private final int segmentSize;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final ArrayDeque<Segment> remembered = new ArrayDeque<>();
    private final List<String> spares = new ArrayList<>();
    /** Files that could not be deleted yet. */
    private final ArrayDeque<String> leftovers = new ArrayDeque<>();

    private final List<String> damage = new ArrayList<>();
    private final List<Segment.Item> unwritten = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private Optional<Segment> head = Optional.empty();
    private long nextSequence;
    private long nextSegment = 1;
    private long spareNumber;
    private boolean saidNotSaved;

    private MessageLog(Disk disk, int segmentSize) {
        this.disk = disk;
        this.segmentSize = segmentSize;
    }

    /**
     * Opens the log of a folder, which is made if it is not there. What is damaged is passed over and named.
     *
     * @throws IOException also if a segment cannot be read: that may be otherwise in a moment, and its messages come first
     */
    public static MessageLog open(Path folder) throws IOException {
        return open(new FolderDisk(folder), SEGMENT);
    }

    /** The same for a disk that does not get well: a segment that cannot be read is set aside. */
    public static MessageLog openInPart(Path folder) throws IOException {
        return open(new FolderDisk(folder), SEGMENT, true);
    }

    static MessageLog open(Disk disk, int segmentSize) throws IOException {
        return open(disk, segmentSize, false);
    }

    static MessageLog open(Disk disk, int segmentSize, boolean inPart) throws IOException {
        MessageLog log = new MessageLog(disk, segmentSize);
        try {
            log.restore(inPart);
        } catch (IOException e) {
            log.segments.values().forEach(MessageLog::closeQuietly);
            throw e;
        }
        return log;
    }

    private void restore(boolean inPart) throws IOException {
        Set<String> names = new HashSet<>(disk.list());
        for (String name : names.stream().sorted().toList()) {
            if (name.startsWith(SPARE)) {
                // their names do not matter, so none is kept that could be given twice
                disk.delete(name);
            } else if (name.endsWith(LOG_END)) {
                restoreSegment(name, names, inPart);
            }
        }
        // numbers are never used twice, whatever was lost
        nextSequence = segments.values().stream().mapToLong(Segment::last).max().orElse(-1) + GAP;
        // the newest stays even if it is empty: its numbers say from where on they are free
        for (Segment segment : List.copyOf(segments.values())) {
            if (segment.number() != segments.lastKey()) {
                release(segment);
            }
        }
        for (String name : names) {
            if (name.endsWith(".done") && !names.contains(name.replace(".done", ".log"))) {
                disk.delete(name);
            }
        }
    }

    private void restoreSegment(String name, Set<String> names, boolean inPart) throws IOException {
        long number;
        try {
            number = Long.parseUnsignedLong(name.substring(0, name.length() - 4), 16);
        } catch (NumberFormatException e) {
            return;
        }
        nextSegment = Math.max(nextSegment, number + 1);
        try {
            Segment segment = Segment.open(number, disk, segmentSize, names.contains(Segment.settledName(number)));
            segment.forgetItems();
            segments.put(number, segment);
            if (segment.damaged() > 0) {
                damage.add(name + " is damaged in " + segment.damaged() + " places; what lay there is lost");
            }
        } catch (IOException e) {
            if (!inPart) {
                throw new IOException("messages in " + name + " cannot be read: " + e.getMessage(), e);
            }
            damage.add(name + " cannot be read: " + e.getMessage());
            LOG.error("event=segment_set_aside file={} reason=\"{}\"", name, e.toString());
            disk.rename(name, SET_ASIDE + name);
        } catch (BufferUnderflowException e) {
            damage.add(name + " is of no format that this version knows");
            LOG.error("event=segment_set_aside file={}", name);
            disk.rename(name, SET_ASIDE + name);
        }
    }

    @Override
    public long append(Message message, List<Target> targets, long storedAt) throws IOException {
        long sequence = nextSequence;
        ByteBuffer content = MessageCodec.encode(sequence, storedAt, targets, message);
        int size = Segment.recordSize(content.remaining());
        if (size > segmentSize) {
            throw new IOException("a message of " + content.remaining() + " bytes does not fit into a segment");
        }
        if (head.isEmpty() || !head.get().hasRoom(content.remaining(), buffer.position())) {
            flush();
            head = Optional.of(newSegment());
        }
        if (buffer.remaining() < size) {
            buffer = ByteBuffer.allocate(Integer.highestOneBit(buffer.position() + size) << 1)
                    .put(buffer.flip());
        }
        unwritten.add(
                new Segment.Item(sequence, buffer.position(), content.remaining(), storedAt, List.copyOf(targets)));
        head.get().encode(content, buffer);
        nextSequence++;
        return sequence;
    }

    private Segment newSegment() throws IOException {
        long number = nextSegment++;
        Disk.File file;
        if (spares.isEmpty()) {
            file = disk.open(Segment.name(number));
            try {
                if (head.map(Segment::writes).orElse(Integer.MAX_VALUE) > FEW_WRITES) {
                    file.write(ByteBuffer.allocate(segmentSize), 0);
                    file.force();
                }
            } catch (IOException e) {
                file.close();
                leftovers.add(Segment.name(number));
                deleteLeftovers();
                throw e;
            }
        } else {
            disk.rename(spares.get(spares.size() - 1), Segment.name(number));
            spares.remove(spares.size() - 1);
            file = disk.open(Segment.name(number));
        }
        Segment segment = Segment.create(number, disk, segmentSize, file);
        segments.put(number, segment);
        remember(segment);
        head.ifPresent(this::release);
        return segment;
    }

    @Override
    public void commit() throws IOException {
        flush();
        remembered.forEach(this::trySaveSettled);
        deleteLeftovers();
    }

    private void flush() throws IOException {
        if (unwritten.isEmpty()) {
            return;
        }
        Segment target = head.orElseThrow();
        ByteBuffer records = buffer.flip();
        List<Segment.Item> items = List.copyOf(unwritten);
        buffer = records.capacity() > 256 * 1024 ? ByteBuffer.allocate(16 * 1024) : records;
        unwritten.clear();
        try {
            target.write(records, items);
        } catch (IOException e) {
            // half of it may be on the disk: nothing more goes behind it, and its numbers are not used again
            head = Optional.empty();
            nextSequence += GAP;
            release(target);
            throw e;
        } finally {
            buffer.clear();
        }
    }

    @Override
    public List<Entry> read(String queue, long after, int most, int mostBytes) throws IOException {
        List<Entry> found = new ArrayList<>();
        int[] bytes = {0};
        for (Segment segment : List.copyOf(segments.values())) {
            if (segment.last() <= after || !segment.shares().containsKey(queue)) {
                continue;
            }
            remember(segment);
            boolean more = segment.visit(queue, after, (item, target) -> {
                if (found.size() >= most || (!found.isEmpty() && bytes[0] + item.length() > mostBytes)) {
                    return false;
                }
                bytes[0] += item.length();
                found.add(entry(segment, item, target));
                return true;
            });
            if (!more) {
                break;
            }
        }
        return found;
    }

    private static Entry entry(Segment segment, Segment.Item item, Target target) throws IOException {
        ByteBuffer content = segment.content(item);
        MessageCodec.head(content);
        return new Entry(
                item.sequence(), item.length(), item.storedAt(), target.timeToLive(), MessageCodec.message(content));
    }

    private void remember(Segment segment) {
        remembered.remove(segment);
        remembered.addFirst(segment);
        if (remembered.size() > REMEMBERED) {
            Segment oldest = remembered.removeLast();
            trySaveSettled(oldest);
            if (head.filter(oldest::equals).isEmpty()) {
                oldest.forgetItems();
            }
        }
    }

    private void trySaveSettled(Segment segment) {
        try {
            segment.saveSettled();
            saidNotSaved = false;
        } catch (IOException e) {
            // it is tried again; after a power cut some of it would be sent again, which is allowed
            if (!saidNotSaved) {
                saidNotSaved = true;
                LOG.warn("event=settled_not_saved reason=\"{}\"", e.getMessage());
            }
        }
    }

    @Override
    public void settle(String queue, long sequence) {
        for (Segment segment : segments.values()) {
            if (sequence <= segment.last()) {
                remember(segment);
                try {
                    segment.settle(queue, sequence);
                } catch (IOException e) {
                    LOG.warn("event=settled_not_saved reason=\"{}\"", e.getMessage());
                }
                release(segment);
                return;
            }
        }
    }

    /** Gives the disk back what nobody needs any more. */
    private void release(Segment segment) {
        if (!segment.isEmpty() || head.filter(segment::equals).isPresent()) {
            return;
        }
        segments.remove(segment.number());
        remembered.remove(segment);
        closeQuietly(segment);
        String name = Segment.name(segment.number());
        try {
            if (spares.size() < MOST_SPARES) {
                String spare = SPARE + spareNumber++;
                disk.rename(name, spare);
                spares.add(spare);
            } else {
                disk.delete(name);
                // or a power cut brings it back, with notes that were never written
                disk.force();
            }
        } catch (IOException e) {
            LOG.warn("event=segment_not_released reason=\"{}\"", e.getMessage());
            leftovers.add(name);
        }
        // after the messages: without it they would all be there again
        leftovers.add(Segment.settledName(segment.number()));
        deleteLeftovers();
    }

    /** A disk that fails lets nothing be deleted; it is tried again, in order, until it does. */
    private void deleteLeftovers() {
        try {
            while (!leftovers.isEmpty()) {
                disk.delete(leftovers.peek());
                leftovers.remove();
            }
        } catch (IOException e) {
            LOG.debug("event=file_not_deleted file={} reason=\"{}\"", leftovers.peek(), e.getMessage());
        }
    }

    private static void closeQuietly(Segment segment) {
        try {
            segment.close();
        } catch (IOException e) {
            LOG.warn("event=segment_not_closed reason=\"{}\"", e.getMessage());
        }
    }

    @Override
    public Set<String> queues() {
        Set<String> queues = new HashSet<>();
        segments.values().forEach(segment -> queues.addAll(segment.shares().keySet()));
        return queues;
    }

    @Override
    public Depth depth(String queue) {
        long messages = 0;
        long bytes = 0;
        Optional<Long> oldest = Optional.empty();
        for (Segment segment : segments.values()) {
            Segment.Share share = segment.shares().get(queue);
            if (share != null) {
                messages += share.messages();
                bytes += share.bytes();
                if (oldest.isEmpty() && share.oldest() != 0) {
                    oldest = Optional.of(share.oldest());
                }
            }
        }
        return new Depth(messages, bytes, oldest);
    }

    @Override
    public long diskBytes() {
        long messages =
                leftovers.stream().filter(name -> name.endsWith(LOG_END)).count();
        return segments.values().stream().mapToLong(Segment::bytes).sum() + (spares.size() + messages) * segmentSize;
    }

    @Override
    public List<Dropped> shrinkTo(long bytes) throws IOException {
        while (diskBytes() > bytes && !spares.isEmpty()) {
            disk.delete(spares.get(spares.size() - 1));
            spares.remove(spares.size() - 1);
        }
        List<Dropped> dropped = new ArrayList<>();
        while (diskBytes() > bytes && segments.size() > 1) {
            Segment oldest = segments.firstEntry().getValue();
            if (head.filter(oldest::equals).isPresent()) {
                break;
            }
            // first the file: what cannot be deleted would be back after the next start
            try {
                disk.delete(Segment.name(oldest.number()));
            } catch (IOException e) {
                if (dropped.isEmpty()) {
                    throw e;
                }
                break;
            }
            segments.remove(oldest.number());
            remembered.remove(oldest);
            oldest.shares()
                    .forEach((queue, share) ->
                            dropped.add(new Dropped(queue, share.messages(), oldest.last(), share.oldest())));
            closeQuietly(oldest);
            leftovers.add(Segment.settledName(oldest.number()));
            deleteLeftovers();
        }
        try {
            if (!dropped.isEmpty()) {
                disk.force();
            }
        } catch (IOException e) {
            LOG.warn("event=dropped_not_durable reason=\"{}\"", e.getMessage());
        }
        return dropped;
    }

    @Override
    public List<Place> overdue(long now, Test test, int most) throws IOException {
        List<Place> found = new ArrayList<>();
        for (Segment segment : List.copyOf(segments.values())) {
            if (found.size() >= most) {
                break;
            }
            if (segment.soonestEnd() < now) {
                remember(segment);
                segment.overdue(now, test, most, found);
            }
        }
        return found;
    }

    @Override
    public List<String> damage() {
        return List.copyOf(damage);
    }

    @Override
    public void close() {
        try {
            commit();
        } catch (IOException e) {
            LOG.warn("event=store_not_saved reason=\"{}\"", e.getMessage());
        }
        segments.values().forEach(MessageLog::closeQuietly);
    }
}
