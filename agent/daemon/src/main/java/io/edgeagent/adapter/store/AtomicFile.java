package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that is replaced whole: written beside, synced, renamed over, folder synced. A power cut leaves the old content
 * or the new. Readable by its owner only, because some of these files hold secrets.
 */
final class AtomicFile {
    private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
    private static final int MAX_SIZE = 4 << 20;
    private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;

    AtomicFile(Path path) {
        this.path = path;
    }

    /**
     * Its content; empty if there is no such file.
     *
     * @throws ProblemException STATE_DAMAGED if we did not write it; STATE_UNREADABLE if it cannot be read just now, for
     *     want of a file descriptor or because the disk errs, which says nothing about its content
     */
    Optional<byte[]> read() {
        try {
            if (Files.isDirectory(path)) {
                throw new ProblemException(ErrorCode.STATE_DAMAGED, path + " is a folder");
            }
            if (Files.size(path) > MAX_SIZE) {
                throw new ProblemException(ErrorCode.STATE_DAMAGED, path + " is larger than " + MAX_SIZE + " bytes");
            }
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.STATE_UNREADABLE, "cannot read " + path + ": " + reason(e), e);
        }
    }

    /** Its JSON, if that counts. What makes no sense is set aside; what cannot be read just now stays where it is. */
    Optional<JsonNode> readJson(Predicate<JsonNode> makesSense) {
        try {
            Optional<byte[]> content = read();
            if (content.isEmpty()) {
                return Optional.empty();
            }
            JsonNode json = Json.MAPPER.readTree(content.get());
            if (makesSense.test(json)) {
                return Optional.of(json);
            }
            setAside("it does not hold what it should");
        } catch (IOException e) {
            setAside("it is not valid JSON");
        } catch (ProblemException e) {
            if (e.problem().code() == ErrorCode.STATE_DAMAGED) {
                setAside(e.problem().text());
            } else {
                LOG.error(
                        "event=state_not_read file={} reason=\"{}\"",
                        path,
                        e.problem().text());
            }
        }
        return Optional.empty();
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException
                ? "permission denied"
                : Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    }

    void write(byte[] content) {
        Path temporary = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.createDirectories(path.getParent(), FOR_OWNER);
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new ProblemException(
                    ErrorCode.DISK_FULL, "cannot write " + path + ": " + e.getMessage() + "; the old content stays", e);
        }
    }

    /** Moves a file that makes no sense out of the way, where a person can look at it. */
    void setAside(String why) {
        Path damaged = path.resolveSibling(path.getFileName() + ".damaged");
        try {
            Files.move(path, damaged, StandardCopyOption.REPLACE_EXISTING);
            LOG.error("event=state_damaged file={} kept_as={} reason=\"{}\"", path, damaged, why);
        } catch (IOException e) {
            LOG.error("event=state_damaged file={} reason=\"{}\" not_moved=\"{}\"", path, why, e.getMessage());
        }
    }
}
