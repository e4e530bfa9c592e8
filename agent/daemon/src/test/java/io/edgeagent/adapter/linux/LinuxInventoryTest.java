package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DeviceInventoryContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, with real nodes on a file system of the kind that /dev is. Only root can make nodes. */
class LinuxInventoryTest extends DeviceInventoryContract {
    // tmpfs, as devtmpfs, gives no inode's number twice; ext4 does
    private static final Path TMPFS = Path.of("/dev/shm");

    @TempDir
    private Path sys;

    private Path dev;

    @BeforeEach
    void tree() throws Exception {
        assumeTrue(Files.isWritable(TMPFS) && Files.getFileStore(TMPFS).type().equals("tmpfs"), "no tmpfs");
        dev = Files.createTempDirectory(TMPFS, "edge-agent-dev-");
        assumeTrue(mknod("probe") == 0, "nodes can be made by root only");
        Files.delete(dev.resolve("probe"));
        Path entry = Files.createDirectories(sys.resolve("class/i2c-dev/i2c-1"));
        Files.writeString(entry.resolve("uevent"), "MAJOR=89\nMINOR=1\nDEVNAME=i2c-1\n");
        Files.writeString(entry.resolve("name"), "bcm2835 (i2c@7e804000)\n");
    }

    @AfterEach
    void remove() throws IOException {
        try (Stream<Path> files = Files.walk(dev)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    protected DeviceInventory inventory() {
        // the same file, as for an agent that was restarted
        return new LinuxDevices(
                sys,
                dev,
                Path.of("/dev"),
                NodeStat.OF_FILES,
                new HeldFile(Optional.of(dev.resolve("held.json")), "boot"));
    }

    @Test
    void what_was_held_before_a_boot_says_nothing() {
        HeldFile before = new HeldFile(Optional.of(dev.resolve("held.json")), "boot");
        before.write(Map.of("reader", new DeviceInventory.Held("a", Set.of("x"))));

        assertThat(before.read()).containsKey("reader");
        assertThat(new HeldFile(Optional.of(dev.resolve("held.json")), "next boot").read())
                .isEmpty();
    }

    @Override
    protected void plug() {
        unplug();
        assertThat(mknod("i2c-1")).isZero();
    }

    @Override
    protected void unplug() {
        try {
            Files.deleteIfExists(dev.resolve("i2c-1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int mknod(String name) {
        try {
            return new ProcessBuilder("mknod", "--mode=660", dev.resolve(name).toString(), "c", "89", "1")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
