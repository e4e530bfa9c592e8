package io.edgeagent.adapter.store;

import io.edgeagent.images.DiskSpace;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link DiskSpace} as the kernel tells it, statvfs(3). Takes milliseconds. */
public final class FileSystemSpace implements DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(FileSystemSpace.class);
    private static final Pattern INODES = Pattern.compile("(\\d{1,18}) (\\d{1,18})");
    private static final int LONGEST = 100;
    private static final long SECONDS = 5;

    // asked for each line of a pull's progress, and each answer is a process
    private final AtomicReference<Optional<Answer>> last = new AtomicReference<>(Optional.empty());

    private record Answer(String folder, long nanoTime, Optional<FreeSpace.Files> files) {
        boolean isFresh(String asked) {
            return folder.equals(asked) && System.nanoTime() - nanoTime < TimeUnit.SECONDS.toNanos(SECONDS);
        }
    }

    @Override
    public Optional<FreeSpace> of(String folder) {
        // not java.nio's FileStore, which must find the mount in /proc/mounts and cannot in every container
        File file = new File(folder);
        long total = file.getTotalSpace();
        return total > 0 ? Optional.of(new FreeSpace(file.getUsableSpace(), total, files(folder))) : Optional.empty();
    }

    private Optional<FreeSpace.Files> files(String folder) {
        Optional<Answer> known = last.get().filter(answer -> answer.isFresh(folder));
        if (known.isPresent()) {
            return known.get().files();
        }
        Optional<FreeSpace.Files> files = inodes(folder);
        last.set(Optional.of(new Answer(folder, System.nanoTime(), files)));
        return files;
    }

    /** Java does not tell; stat of coreutils does. Some file systems have no limit, and say 0 of 0. */
    private static Optional<FreeSpace.Files> inodes(String folder) {
        try {
            Process stat = new ProcessBuilder("stat", "--file-system", "--format", "%d %c", "--", folder)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var answer = stat.getInputStream()) {
                String text = new String(answer.readNBytes(LONGEST), StandardCharsets.US_ASCII);
                Matcher numbers = INODES.matcher(text.strip());
                return stat.waitFor(SECONDS, TimeUnit.SECONDS) && numbers.matches()
                        ? Optional.of(new FreeSpace.Files(
                                        Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2))))
                                .filter(files -> files.total() > 0)
                        : Optional.empty();
            } finally {
                stat.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.debug("event=inodes_not_known reason=\"{}\"", e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
