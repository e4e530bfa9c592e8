package io.edgeagent.simulator.blob;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Blobs as files: each has one with its content, one that says what it is, and until they are committed one for each block. */
final class BlobFolder {
    private static final String ABOUT = ".json";

    private final Path root;

    /**
     * What is known of a blob.
     *
     * @param kind BlockBlob or AppendBlob
     * @param blocks that were appended
     */
    record About(
            String name,
            String kind,
            String contentType,
            String contentEncoding,
            String etag,
            Instant time,
            int blocks) {

        About changed(int count) {
            return new About(name, kind, contentType, contentEncoding, newEtag(), now(), count);
        }

        ObjectNode toJson() {
            return HubJson.object()
                    .put("name", name)
                    .put("kind", kind)
                    .put("contentType", contentType)
                    .put("contentEncoding", contentEncoding)
                    .put("etag", etag)
                    .put("time", time.toString())
                    .put("blocks", blocks);
        }
    }

    BlobFolder(Path root) {
        this.root = root;
    }

    static About about(String name, String kind, String contentType, String contentEncoding) {
        return new About(name, kind, contentType, contentEncoding, newEtag(), now(), 0);
    }

    private static String newEtag() {
        return "\"0x"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 15).toUpperCase(Locale.ROOT) + "\"";
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    boolean hasContainer(String container) {
        return Files.isDirectory(root.resolve(container));
    }

    void makeContainer(String container) {
        act(() -> Files.createDirectories(root.resolve(container)));
    }

    Optional<About> find(String container, String name) {
        return act(() -> {
            try {
                ObjectNode json = (ObjectNode) HubJson.parse(Files.readAllBytes(file(container, name, ABOUT)));
                return Optional.of(new About(
                        json.path("name").asText(),
                        json.path("kind").asText(),
                        json.path("contentType").asText(),
                        json.path("contentEncoding").asText(),
                        json.path("etag").asText(),
                        Instant.parse(json.path("time").asText()),
                        json.path("blocks").asInt()));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    /** In the order of their names. */
    List<About> list(String container) {
        return act(() -> {
            try (Stream<Path> files = Files.list(root.resolve(container))) {
                List<About> found = new ArrayList<>();
                for (Path file :
                        files.filter(path -> path.toString().endsWith(ABOUT)).toList()) {
                    String name =
                            HubJson.parse(Files.readAllBytes(file)).path("name").asText();
                    find(container, name).ifPresent(found::add);
                }
                found.sort(Comparator.comparing(About::name));
                return found;
            }
        });
    }

    Path content(String container, String name) {
        return file(container, name, ".data");
    }

    long size(String container, String name) {
        return act(() -> Files.size(content(container, name)));
    }

    /** A blob with this content, in place of one that was there. */
    void put(String container, About about, byte[] content) {
        act(() -> Files.write(content(container, about.name()), content));
        keep(container, about);
    }

    void append(String container, About about, byte[] block) {
        act(() -> Files.write(content(container, about.name()), block, StandardOpenOption.APPEND));
        keep(container, about.changed(about.blocks() + 1));
    }

    void stage(String container, String name, String id, byte[] block) {
        act(() -> {
            Path file = block(container, name, id);
            Files.createDirectories(file.getParent());
            return Files.write(file, block);
        });
    }

    /** @throws BlobException 400 if one of the blocks is not there */
    void commit(String container, About about, List<String> ids) {
        act(() -> {
            Path whole = file(container, about.name(), ".tmp");
            try (OutputStream out = Files.newOutputStream(whole)) {
                for (String id : ids) {
                    Path part = block(container, about.name(), id);
                    if (Files.notExists(part)) {
                        throw new BlobException(400, "InvalidBlockList", "The specified block list is invalid.");
                    }
                    try (InputStream in = Files.newInputStream(part)) {
                        in.transferTo(out);
                    }
                }
            }
            for (String id : ids) {
                Files.deleteIfExists(block(container, about.name(), id));
            }
            return Files.move(whole, content(container, about.name()), StandardCopyOption.REPLACE_EXISTING);
        });
        keep(container, about);
    }

    private void keep(String container, About about) {
        act(() -> Files.write(file(container, about.name(), ABOUT), HubJson.bytes(about.toJson())));
    }

    private Path block(String container, String name, String id) {
        return file(container, name, ".blocks").resolve(hash(id));
    }

    /** A name can be longer than one of a file, and have slashes. */
    private Path file(String container, String name, String ending) {
        return root.resolve(container).resolve(hash(name) + ending);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private interface Act<T> {
        T run() throws IOException;
    }

    private static <T> T act(Act<T> act) {
        try {
            return act.run();
        } catch (IOException e) {
            throw new UncheckedIOException("the blob storage's disk: " + e.getMessage(), e);
        }
    }
}
