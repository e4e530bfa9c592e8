package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.MessageStore;
import io.edgeagent.hub.MessageStore.Target;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * One file of the log, and beside it one that says what of it was settled. A record is aligned to 8 bytes: length, checksum,
 * content. The checksum covers the segment's number too, so what a file held before it was used again is never taken for a record.
 *
 * <p>Where each message lies is in memory only while it is needed; how much each queue has in the segment always is.
 */
final class Segment {
    static final int ALIGNMENT = 8;
    private static final int RECORD_HEAD = 8;
    private static final int SETTLED_BYTES = 16;

    /**
     * How much of a queue is in the segment, settled messages left out.
     *
     * @param oldest when the first of them was stored, in milliseconds; 0 if unknown
     */
    record Share(long messages, long bytes, long oldest) {}

    /** One message in the segment. */
    record Item(long sequence, int offset, int length, long storedAt, List<Target> targets) {}

    private final long number;
    private final Disk disk;
    private final int size;
    private final Map<String, Share> shares = new HashMap<>();
    /** Which targets of which messages were settled: sequence to a bit a target. */
    private final Map<Long, BitSet> settled = new HashMap<>();

    private Optional<Disk.File> file;
    private Optional<Disk.File> settledFile = Optional.empty();
    private Optional<List<Item>> items = Optional.empty();
    private long settledEnd;
    private ByteBuffer notes = ByteBuffer.allocate(0);
    private int end;
    private int writes;
    private long first = Long.MAX_VALUE;
    private long last = -1;
    private int damaged;
    private long soonestEnd = Long.MAX_VALUE;

    private Segment(long number, Disk disk, int size, Disk.File file) {
        this.number = number;
        this.disk = disk;
        this.size = size;
        this.file = Optional.of(file);
    }

    static String name(long number) {
        return String.format("%016x.log", number);
    }

    static String settledName(long number) {
        return String.format("%016x.done", number);
    }

    /** A file that was filled with zeros, or held an older segment. */
    static Segment create(long number, Disk disk, int size, Disk.File file) throws IOException {
        Segment segment = new Segment(number, disk, size, file);
        segment.items = Optional.of(new ArrayList<>());
        return segment;
    }

    /**
     * Reads a segment that is on the disk, and writes nothing.
     *
     * @param hasSettled whether there is a file that says what was settled; without it nothing was
     */
    static Segment open(long number, Disk disk, int size, boolean hasSettled) throws IOException {
        Segment segment = new Segment(number, disk, size, disk.open(name(number)));
        try {
            if (hasSettled) {
                segment.settledFile = Optional.of(disk.open(settledName(number)));
                segment.readSettled(segment.settledFile.get());
            }
            segment.items = Optional.of(new ArrayList<>());
            segment.scan(size, segment::take);
        } catch (IOException | BufferUnderflowException e) {
            segment.close();
            throw e;
        }
        return segment;
    }

    private void readSettled(Disk.File done) throws IOException {
        long length = done.size();
        ByteBuffer all = ByteBuffer.allocate((int) Math.min(length - length % SETTLED_BYTES, 4L * size));
        done.read(all, 0);
        all.flip();
        while (all.remaining() >= SETTLED_BYTES) {
            long sequence = all.getLong();
            int target = all.getInt();
            if (all.getInt() == check(sequence, target) && target >= 0 && target < 1024) {
                settled.computeIfAbsent(sequence, key -> new BitSet()).set(target);
            }
        }
        settledEnd = all.limit();
    }

    private int check(long sequence, int target) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(20)
                .putLong(number)
                .putLong(sequence)
                .putInt(target)
                .flip());
        return (int) crc.getValue();
    }

    private void take(Item item) {
        items.ifPresent(list -> list.add(item));
        first = Math.min(first, item.sequence());
        last = item.sequence();
        for (int i = 0; i < item.targets().size(); i++) {
            if (!isSettled(item.sequence(), i)) {
                count(item.targets().get(i).queue(), 1, item.length(), item.storedAt());
                soonestEnd = Math.min(soonestEnd, end(item, item.targets().get(i)));
            }
        }
    }

    /** When a message has waited long enough; never for one that has no end. */
    private static long end(Item item, Target target) {
        return target.timeToLive() < 0 || item.storedAt() == 0 ? Long.MAX_VALUE : item.storedAt() + target.timeToLive();
    }

    /** Before this wall clock nothing in the segment has waited too long. */
    long soonestEnd() {
        return soonestEnd;
    }

    /** Adds what has waited too long, until there is enough. */
    void overdue(long now, MessageStore.Test test, int most, List<MessageStore.Place> found) throws IOException {
        long soonest = Long.MAX_VALUE;
        for (Item item : items()) {
            for (int i = 0; i < item.targets().size(); i++) {
                Target target = item.targets().get(i);
                if (isSettled(item.sequence(), i)) {
                    continue;
                }
                soonest = Math.min(soonest, end(item, target));
                if (end(item, target) < now
                        && found.size() < most
                        && test.isOverdue(item.sequence(), item.storedAt(), target.timeToLive())) {
                    found.add(new MessageStore.Place(target.queue(), item.sequence()));
                }
            }
        }
        soonestEnd = soonest;
    }

    private void count(String queue, int messages, int bytes, long storedAt) {
        shares.merge(
                queue,
                new Share(messages, bytes, storedAt),
                (one, other) ->
                        new Share(one.messages() + other.messages(), one.bytes() + other.bytes(), one.oldest()));
        if (shares.get(queue).messages() <= 0) {
            shares.remove(queue);
        }
    }

    /** Walks over the records; what is damaged is passed over, and what comes behind it is found again. */
    private void scan(int limit, Consumer<Item> each) throws IOException {
        ByteBuffer all =
                ByteBuffer.allocate((int) Math.min(limit, file.orElseThrow().size()));
        file.get().read(all, 0);
        all.flip();
        int at = 0;
        int goodEnd = 0;
        long lastSequence = -1;
        boolean inDamage = false;
        damaged = 0;
        while (at + RECORD_HEAD <= all.limit()) {
            int length = all.getInt(at);
            boolean plausible = length > 20 && length <= all.limit() - at - RECORD_HEAD;
            if (plausible && all.getInt(at + 4) == checksum(all.slice(at + RECORD_HEAD, length))) {
                MessageCodec.Head head = MessageCodec.head(all.slice(at + RECORD_HEAD, length));
                // what a write that failed has left behind has a smaller one
                if (head.sequence() <= lastSequence) {
                    break;
                }
                damaged += inDamage ? 1 : 0;
                inDamage = false;
                lastSequence = head.sequence();
                each.accept(new Item(head.sequence(), at, length, head.storedAt(), head.targets()));
                at += aligned(RECORD_HEAD + length);
                goodEnd = at;
            } else {
                inDamage = true;
                at += ALIGNMENT;
            }
        }
        end = goodEnd;
    }

    private int checksum(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(number).flip());
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    static int aligned(int bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    static int recordSize(int content) {
        return aligned(RECORD_HEAD + content);
    }

    boolean hasRoom(int content, int unwritten) {
        return end + unwritten + recordSize(content) <= size;
    }

    /** The record's bytes, to be written behind those before it. */
    void encode(ByteBuffer content, ByteBuffer out) {
        int begin = out.position();
        out.putInt(content.remaining()).putInt(checksum(content)).put(content.duplicate());
        while ((out.position() - begin) % ALIGNMENT != 0) {
            out.put((byte) 0);
        }
    }

    /** Writes records, durably, and takes them up. */
    void write(ByteBuffer records, List<Item> written) throws IOException {
        file.orElseThrow().write(records.duplicate(), end);
        file.get().force();
        writes++;
        for (Item item : written) {
            take(new Item(item.sequence(), end + item.offset(), item.length(), item.storedAt(), item.targets()));
        }
        end += records.remaining();
    }

    private boolean isSettled(long sequence, int target) {
        BitSet bits = settled.get(sequence);
        return bits != null && bits.get(target);
    }

    /** The messages of a queue behind a sequence, oldest first, until the visitor has enough. */
    boolean visit(String queue, long after, Visitor visitor) throws IOException {
        List<Item> all = items();
        for (int at = indexBehind(all, after); at < all.size(); at++) {
            Item item = all.get(at);
            for (int i = 0; i < item.targets().size(); i++) {
                if (item.targets().get(i).queue().equals(queue)
                        && !isSettled(item.sequence(), i)
                        && !visitor.visit(item, item.targets().get(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The index of the first item with a larger sequence; they are in order. */
    private static int indexBehind(List<Item> items, long sequence) {
        int low = 0;
        int high = items.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (items.get(middle).sequence() <= sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    interface Visitor {
        boolean visit(Item item, Target target) throws IOException;
    }

    private List<Item> items() throws IOException {
        if (items.isEmpty()) {
            List<Item> found = new ArrayList<>();
            int keptEnd = end;
            // what a write that failed has left behind it was never taken up
            scan(end, found::add);
            end = keptEnd;
            items = Optional.of(found);
        }
        return items.get();
    }

    /** Frees the memory that knows where each message lies. */
    void forgetItems() {
        items = Optional.empty();
    }

    boolean remembersItems() {
        return items.isPresent();
    }

    ByteBuffer content(Item item) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(item.length());
        file.orElseThrow().read(content, item.offset() + RECORD_HEAD);
        content.flip();
        return content;
    }

    /** Notes it; on the disk it is after {@link #saveSettled}. */
    void settle(String queue, long sequence) throws IOException {
        List<Item> all = items();
        int at = indexBehind(all, sequence - 1);
        if (at == all.size() || all.get(at).sequence() != sequence) {
            return;
        }
        Item item = all.get(at);
        for (int i = 0; i < item.targets().size(); i++) {
            if (item.targets().get(i).queue().equals(queue) && !isSettled(sequence, i)) {
                settled.computeIfAbsent(sequence, key -> new BitSet()).set(i);
                count(queue, -1, -item.length(), 0);
                note(sequence, i);
            }
        }
    }

    private void note(long sequence, int target) {
        if (notes.remaining() < SETTLED_BYTES) {
            notes = ByteBuffer.allocate(Math.max(256, 2 * notes.capacity())).put(notes.flip());
        }
        notes.putLong(sequence).putInt(target).putInt(check(sequence, target));
    }

    void saveSettled() throws IOException {
        if (notes.position() > 0) {
            if (settledFile.isEmpty()) {
                settledFile = Optional.of(disk.open(settledName(number)));
            }
            int length = notes.flip().remaining();
            try {
                settledFile.get().write(notes.duplicate(), settledEnd);
                settledFile.get().force();
            } catch (IOException e) {
                // written again, at the same place, with the next ones
                notes.position(length).limit(notes.capacity());
                throw e;
            }
            settledEnd += length;
            notes = ByteBuffer.allocate(0);
        }
    }

    Map<String, Share> shares() {
        return shares;
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    long number() {
        return number;
    }

    long last() {
        return last;
    }

    /** How often something was added since it was made. */
    int writes() {
        return writes;
    }

    int damaged() {
        return damaged;
    }

    long bytes() {
        return size + settledEnd;
    }

    void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
        if (settledFile.isPresent()) {
            settledFile.get().close();
        }
        file = Optional.empty();
        settledFile = Optional.empty();
    }
}
