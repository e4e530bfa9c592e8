package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.DeadLetters;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that forgets: at a power cut, each block that was written and not synced is there, is not there, or is there in
 * part, whatever the order of the writes was; of files that were made and deleted and not synced, the last ones may be as before. It
 * can be full, slow or read-only, and its writes and syncs can fail. As in Linux, what a failed sync did not write a later one does not
 * either.
 */
public final class FrailDisk implements Disk {
    private static final int BLOCK = 512;

    private final Map<String, Content> files = new TreeMap<>();
    private final Map<String, Content> durableFiles = new TreeMap<>();
    private final List<Runnable> unsyncedNames = new ArrayList<>();
    private final Random random;
    private long room = Long.MAX_VALUE;
    private double failing;
    private boolean readOnly;
    private boolean unreadable;
    private Runnable beforeEach = () -> {};
    private int owner;

    public FrailDisk(Random random) {
        this.random = random;
    }

    /** One file: what is on the platter, and what is written over it and not synced. */
    private static final class Content {
        private byte[] durable = {};
        private byte[] current = {};
        private final BitSet dirty = new BitSet();

        private void persist(int block, int bytes) {
            int at = block * BLOCK;
            if (at < current.length) {
                if (durable.length < current.length) {
                    durable = Arrays.copyOf(durable, current.length);
                }
                System.arraycopy(current, at, durable, at, Math.min(bytes, current.length - at));
            }
        }
    }

    public MessageStore messages(int segment) throws IOException {
        return MessageLog.open(view("messages/"), segment);
    }

    /** A store of messages in a folder of another name. */
    public MessageStore messages(String folder, int segment) throws IOException {
        return MessageLog.open(view(folder + "/"), segment);
    }

    public HubDocuments documents() {
        return new FolderDocuments(view("clients/"));
    }

    public DeadLetters deadLetters() {
        return new DeadLetterFile(view(""));
    }

    /** @param bytes that all files together may have from now on */
    public void limit(long bytes) {
        room = bytes;
    }

    /** @param chance of each write and sync to fail */
    public void fail(double chance) {
        failing = chance;
    }

    public void readOnly(boolean only) {
        readOnly = only;
    }

    public boolean isUnreadable() {
        return unreadable;
    }

    /** Whether what is read fails, as on a card with bad blocks. */
    public void unreadable(boolean isUnreadable) {
        unreadable = isUnreadable;
    }

    /** @param action that is run before each thing that changes the disk; it may throw */
    public void beforeEach(Runnable action) {
        beforeEach = action;
    }

    private void mayFail() throws IOException {
        beforeEach.run();
        if (readOnly) {
            throw new IOException("Read-only file system");
        }
        if (random.nextDouble() < failing) {
            throw new IOException("Input/output error");
        }
    }

    /** The process ends: what it had open writes no more. What it wrote is there. */
    public void endProcess() {
        owner++;
    }

    /** The power goes, and comes back. */
    public void cutPower() {
        endProcess();
        int kept = random.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, kept).forEach(Runnable::run);
        unsyncedNames.clear();
        files.clear();
        files.putAll(durableFiles);
        for (Content content : files.values()) {
            for (int block = content.dirty.nextSetBit(0); block >= 0; block = content.dirty.nextSetBit(block + 1)) {
                content.persist(
                        block,
                        switch (random.nextInt(3)) {
                            case 0 -> 0;
                            case 1 -> BLOCK;
                            default -> random.nextInt(BLOCK);
                        });
            }
            content.dirty.clear();
            content.current = content.durable.clone();
        }
    }

    /** Turns bits of a file over. */
    void rot(String name, int from, int length) {
        Content content = files.get(name);
        for (int i = from; i < from + length; i++) {
            content.durable[i] ^= (byte) 0xff;
        }
        content.current = content.durable.clone();
    }

    byte[] bytes(String name) {
        return files.get(name).current.clone();
    }

    public long used() {
        return used("");
    }

    /** @param prefix of names */
    public long used(String prefix) {
        return files.entrySet().stream()
                .filter(file -> file.getKey().startsWith(prefix))
                .mapToLong(file -> file.getValue().current.length)
                .sum();
    }

    /** A hash of all that is there. */
    public long fingerprint() {
        long hash = 7;
        for (Map.Entry<String, Content> file : files.entrySet()) {
            hash = hash * 31 + file.getKey().hashCode();
            hash = hash * 31 + Arrays.hashCode(file.getValue().current);
        }
        return hash;
    }

    private Disk view(String prefix) {
        int mine = owner;
        return new Disk() {
            private void check() {
                if (mine != owner) {
                    throw new IllegalStateException("this process has ended");
                }
            }

            @Override
            public List<String> list() {
                return FrailDisk.this.list().stream()
                        .filter(name -> name.startsWith(prefix))
                        .map(name -> name.substring(prefix.length()))
                        .toList();
            }

            @Override
            public File open(String name) throws IOException {
                check();
                return FrailDisk.this.open(prefix + name);
            }

            @Override
            public File create(String name) throws IOException {
                check();
                return FrailDisk.this.create(prefix + name);
            }

            @Override
            public void delete(String name) throws IOException {
                check();
                FrailDisk.this.delete(prefix + name);
            }

            @Override
            public void rename(String from, String to) throws IOException {
                check();
                FrailDisk.this.rename(prefix + from, prefix + to);
            }

            @Override
            public void force() throws IOException {
                check();
                FrailDisk.this.force();
            }
        };
    }

    @Override
    public List<String> list() {
        return new ArrayList<>(files.keySet());
    }

    private void put(String name, Content content) {
        files.put(name, content);
        unsyncedNames.add(() -> durableFiles.put(name, content));
    }

    @Override
    public void delete(String name) throws IOException {
        mayFail();
        if (files.remove(name) != null) {
            unsyncedNames.add(() -> durableFiles.remove(name));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        mayFail();
        Content content = files.remove(from);
        if (content == null) {
            throw new IOException("there is no " + from);
        }
        unsyncedNames.add(() -> durableFiles.remove(from));
        put(to, content);
        syncNames();
    }

    @Override
    public void force() throws IOException {
        mayFail();
        syncNames();
    }

    private void syncNames() {
        unsyncedNames.forEach(Runnable::run);
        unsyncedNames.clear();
    }

    @Override
    public File create(String name) throws IOException {
        mayFail();
        Content content = new Content();
        put(name, content);
        return file(content);
    }

    @Override
    public File open(String name) throws IOException {
        Content content = files.get(name);
        if (content == null) {
            mayFail();
            content = new Content();
            put(name, content);
            syncNames();
        }
        return file(content);
    }

    private File file(Content content) {
        int mine = owner;
        return new File() {
            @Override
            public long size() {
                return content.current.length;
            }

            @Override
            public void read(ByteBuffer into, long position) throws IOException {
                if (unreadable) {
                    throw new IOException("Input/output error");
                }
                if (position + into.remaining() > content.current.length) {
                    throw new IOException("the file ends");
                }
                into.put(content.current, (int) position, into.remaining());
            }

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
                if (mine != owner) {
                    throw new IllegalStateException("this process has ended");
                }
                int length = from.remaining();
                // the process may end, or the disk fail, when half of it is written
                int half = random.nextInt(length + 1);
                put(from, position, half);
                mayFail();
                put(from, position + half, length - half);
            }

            private void put(ByteBuffer from, long position, int length) throws IOException {
                if (length == 0) {
                    return;
                }
                if (readOnly) {
                    throw new IOException("Read-only file system");
                }
                int end = (int) position + length;
                if (end > content.current.length) {
                    if (used() + end - content.current.length > room) {
                        throw new IOException("No space left on device");
                    }
                    content.current = Arrays.copyOf(content.current, end);
                }
                from.get(content.current, (int) position, length);
                content.dirty.set((int) position / BLOCK, (end - 1) / BLOCK + 1);
            }

            @Override
            public void force() throws IOException {
                if (mine != owner) {
                    throw new IllegalStateException("this process has ended");
                }
                try {
                    mayFail();
                } catch (IOException e) {
                    content.dirty.stream()
                            .filter(block -> random.nextBoolean())
                            .forEach(block -> content.persist(block, BLOCK));
                    content.dirty.clear();
                    throw e;
                }
                content.dirty.stream().forEach(block -> content.persist(block, BLOCK));
                content.dirty.clear();
            }

            @Override
            public void close() {}
        };
    }
}
