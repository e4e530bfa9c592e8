package io.edgeagent.adapter.messagelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk in memory that forgets: at a power cut, each block that was written and not synced is there, is not there, or is there in
 * part, whatever the order of the writes was. It can be full, and its sync can fail.
 */
final class FrailDisk implements Disk {
    private static final int BLOCK = 512;

    private final Map<String, Content> files = new HashMap<>();
    private final Random random;
    private long room = Long.MAX_VALUE;
    private double failing;

    FrailDisk(Random random) {
        this.random = random;
    }

    /** One file: what is on the platter, and what is written over it and not synced. */
    private static final class Content {
        private byte[] durable = {};
        private byte[] current = {};
    }

    /** @param bytes that all files together may have from now on */
    void limit(long bytes) {
        room = bytes;
    }

    /** @param chance of each write and sync to fail */
    void fail(double chance) {
        failing = chance;
    }

    private void mayFail() throws IOException {
        if (random.nextDouble() < failing) {
            throw new IOException("Input/output error");
        }
    }

    /** The power goes, and comes back. */
    void cutPower() {
        for (Content content : files.values()) {
            byte[] found = Arrays.copyOf(content.durable, content.current.length);
            for (int at = 0; at < found.length; at += BLOCK) {
                int length = Math.min(BLOCK, found.length - at);
                int kept = switch (random.nextInt(3)) {
                    case 0 -> 0;
                    case 1 -> length;
                    default -> random.nextInt(length + 1);
                };
                System.arraycopy(content.current, at, found, at, kept);
            }
            content.durable = found;
            content.current = found.clone();
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

    private long used() {
        return files.values().stream()
                .mapToLong(content -> content.current.length)
                .sum();
    }

    @Override
    public List<String> list() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        mayFail();
        files.put(to, files.remove(from));
    }

    @Override
    public File open(String name) {
        Content content = files.computeIfAbsent(name, key -> new Content());
        return new File() {
            @Override
            public long size() {
                return content.current.length;
            }

            @Override
            public void read(ByteBuffer into, long position) throws IOException {
                if (position + into.remaining() > content.current.length) {
                    throw new IOException("the file ends");
                }
                into.put(content.current, (int) position, into.remaining());
            }

            @Override
            public void write(ByteBuffer from, long position) throws IOException {
                mayFail();
                int end = (int) position + from.remaining();
                if (end > content.current.length) {
                    if (used() + end - content.current.length > room) {
                        throw new IOException("No space left on device");
                    }
                    content.current = Arrays.copyOf(content.current, end);
                }
                from.get(content.current, (int) position, from.remaining());
            }

            @Override
            public void force() throws IOException {
                mayFail();
                content.durable = content.current.clone();
            }

            @Override
            public void close() {}
        };
    }
}
