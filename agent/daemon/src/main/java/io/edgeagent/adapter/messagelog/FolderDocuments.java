package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.protocol.Percent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file a document: written beside it, synced, and renamed, so that a power cut leaves the old one or the new one. */
public final class FolderDocuments implements HubDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(FolderDocuments.class);
    private static final long LARGEST = 1024 * 1024;

    private final Path folder;

    public FolderDocuments(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private Path file(String kind, ClientId id) {
        return folder.resolve(kind + "-" + Percent.encode(id.toString()) + ".json");
    }

    @Override
    public Optional<String> read(String kind, ClientId id) {
        Path file = file(kind, id);
        try {
            if (Files.size(file) > LARGEST) {
                LOG.warn("event=document_too_large file={}", file.getFileName());
                return Optional.empty();
            }
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("event=document_unreadable file={} reason=\"{}\"", file.getFileName(), e.toString());
            return Optional.empty();
        }
    }

    @Override
    public Set<ClientId> clients(String kind) {
        String before = kind + "-";
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(before) && name.endsWith(".json"))
                    .map(name -> name.substring(before.length(), name.length() - ".json".length()))
                    .map(name -> ClientId.parse(Percent.decode(name)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            LOG.warn("event=documents_unreadable reason=\"{}\"", e.toString());
            return Set.of();
        }
    }

    @Override
    public void write(String kind, ClientId id, String text) throws IOException {
        Path file = file(kind, id);
        Path fresh = folder.resolve(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
    }

    @Override
    public void delete(String kind, ClientId id) throws IOException {
        if (Files.deleteIfExists(file(kind, id))) {
            forceFolder();
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
