package io.edgeagent.adapter.messagelog;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.protocol.Percent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file a document: written beside it, synced, and renamed, so that a power cut leaves the old one or the new one. */
public final class FolderDocuments implements HubDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(FolderDocuments.class);
    private static final long LARGEST = 1024 * 1024;

    private static final String UNREADABLE = "unreadable-";

    private final Disk disk;

    public FolderDocuments(Path folder) throws IOException {
        this(new FolderDisk(folder));
    }

    FolderDocuments(Disk disk) {
        this.disk = disk;
        try {
            takeBack();
        } catch (IOException e) {
            LOG.warn("event=documents_unreadable reason=\"{}\"", e.toString());
        }
    }

    /** What could not be read before may be readable now. Where something newer was written meanwhile, that counts. */
    private void takeBack() throws IOException {
        List<String> names = disk.list();
        for (String name : names) {
            String original = name.startsWith(UNREADABLE) ? name.substring(UNREADABLE.length()) : name;
            if (!names.contains(original)) {
                disk.rename(name, original);
            }
        }
    }

    private static String file(String kind, ClientId id) {
        return kind + "-" + Percent.encode(id.toString()) + ".json";
    }

    @Override
    public Optional<String> read(String kind, ClientId id) {
        String name = file(kind, id);
        try {
            if (!disk.list().contains(name)) {
                return Optional.empty();
            }
            try (Disk.File file = disk.open(name)) {
                if (file.size() > LARGEST) {
                    LOG.warn("event=document_too_large file={}", name);
                    return Optional.empty();
                }
                ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                file.read(bytes, 0);
                return Optional.of(new String(bytes.array(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOG.error(
                    "event=document_unreadable file={} reason=\"{}\" action=\"it is kept as {}{}\"",
                    name,
                    e.toString(),
                    UNREADABLE,
                    name);
            setAside(name);
            return Optional.empty();
        }
    }

    /** So that nothing is written over it: it may only be unreadable just now. */
    private void setAside(String name) {
        try {
            disk.rename(name, UNREADABLE + name);
        } catch (IOException e) {
            LOG.warn("event=document_not_set_aside file={} reason=\"{}\"", name, e.toString());
        }
    }

    @Override
    public Set<ClientId> clients(String kind) {
        String before = kind + "-";
        try {
            return disk.list().stream()
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
        String name = file(kind, id);
        try (Disk.File fresh = disk.create(name + ".new")) {
            fresh.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            fresh.force();
        }
        disk.rename(name + ".new", name);
    }

    @Override
    public void delete(String kind, ClientId id) throws IOException {
        disk.delete(file(kind, id));
        disk.force();
    }
}
