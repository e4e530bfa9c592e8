package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of an IoT Edge on the same board, taken over: config.toml as it is, but for the files of keys and certificates that
 * it names. Those belong to users of IoT Edge's, so they are copied to where ours can read them.
 */
public final class IotEdgeImport {
    private static final Path DEFAULT = Path.of("/etc/aziot/config.toml");
    private static final Path OLD = Path.of("/etc/iotedge/config.yaml");
    private static final String SECRETS = "secrets";

    /** Settings that name files. */
    private static final List<List<String>> FILES = List.of(
            List.of("trust_bundle_cert"),
            List.of("edge_ca", "cert"),
            List.of("edge_ca", "pk"),
            List.of("provisioning", "authentication", "identity_cert"),
            List.of("provisioning", "authentication", "identity_pk"),
            List.of("provisioning", "authentication", "device_id_pk"),
            List.of("provisioning", "attestation", "identity_cert"),
            List.of("provisioning", "attestation", "identity_pk"),
            List.of("provisioning", "attestation", "symmetric_key"),
            List.of("provisioning", "payload"));

    private final Path source;
    private final Path target;

    /**
     * What was taken over.
     *
     * @param files copied, from where to where
     * @param former where the settings before are kept, if they said who the device is
     */
    public record Result(Map<Path, Path> files, Optional<Path> former) {}

    /**
     * Plans an import.
     *
     * @param source IoT Edge's config.toml, or config.yaml of 1.1 and older
     * @param target ours
     */
    public IotEdgeImport(Path source, Path target) {
        this.source = source.equals(DEFAULT) && !Files.exists(DEFAULT) && Files.exists(OLD) ? OLD : source;
        this.target = target;
    }

    /** What is wrong with the settings for us, and what in them has no effect. Files are looked at where IoT Edge has them. */
    public Findings check() {
        Findings findings = new Findings();
        if (!Files.exists(source)) {
            findings.error("there is no " + source + ": is IoT Edge configured here? --from names another file");
            return findings;
        }
        JsonNode toml = findings.read(MissingNode.getInstance(), () -> Toml.parse(source, text()));
        // what the shell's environment says is not what the service will see
        return findings.errors().isEmpty() ? AgentConfig.check(source, toml, Map.of()) : findings;
    }

    /** What it takes over: IoT Edge 1.2 and later keeps its settings elsewhere than those before. */
    public Path source() {
        return source;
    }

    private String text() {
        String text = new ConfigFile(source).text();
        return source.toString().endsWith(".yaml") && OldConfig.looksLikeOne(text) ? OldConfig.toToml(text) : text;
    }

    /** Whether our settings say already who the device is. */
    public boolean wouldReplace() {
        return new ConfigFile(target).isProvisioned();
    }

    /**
     * Copies files and settings.
     *
     * @throws ConfigException if something cannot be read or written; the settings stay as they were then
     */
    public Result run() {
        String text = text();
        JsonNode toml = Toml.parse(source, text);
        Map<String, Path> named = named(toml);
        Map<Path, Path> copies = places(named);
        copies.forEach(this::copy);
        String changed = text;
        ObjectNode expected = toml.deepCopy();
        for (Map.Entry<String, Path> entry : named.entrySet()) {
            String uri = "file://" + copies.get(entry.getValue());
            changed = changed.replace('"' + entry.getKey() + '"', '"' + uri + '"')
                    .replace('\'' + entry.getKey() + '\'', '\'' + uri + '\'');
            replace(expected, entry.getKey(), uri);
        }
        String header = "# Taken over from " + source + " by edge-agent config import.\n\n";
        if (!Toml.parse(source, header + changed).equals(expected)) {
            throw new ConfigException(
                    source + " is written in a way that this command cannot change safely: copy it to " + target
                            + " and name the files in " + target.resolveSibling(SECRETS) + " with an editor");
        }
        ConfigFile to = new ConfigFile(target);
        Optional<Path> former = to.keepFormer();
        to.write(header + changed);
        return new Result(copies, former);
    }

    /** From the texts in the settings to the files that they name. */
    private static Map<String, Path> named(JsonNode toml) {
        Map<String, Path> named = new LinkedHashMap<>();
        for (List<String> path : FILES) {
            JsonNode value = at(toml, path);
            Optional<String> text = value.isTextual() ? Optional.of(value.textValue()) : Toml.text(value, "uri");
            text.filter(uri -> uri.startsWith("file://") || uri.startsWith("/"))
                    .ifPresent(uri -> named.put(uri, Path.of(Toml.filePath(uri))));
        }
        return named;
    }

    private static JsonNode at(JsonNode toml, List<String> path) {
        JsonNode found = toml;
        for (String key : path) {
            found = found.path(key);
        }
        return found;
    }

    private Map<Path, Path> places(Map<String, Path> named) {
        Path folder = target.toAbsolutePath().resolveSibling(SECRETS);
        Map<Path, Path> places = new LinkedHashMap<>();
        for (Path file : named.values()) {
            if (places.containsKey(file)) {
                continue;
            }
            Path place = folder.resolve(file.getFileName());
            for (int number = 2; places.containsValue(place); number++) {
                place = folder.resolve(number + "-" + file.getFileName());
            }
            places.put(file, place);
        }
        return places;
    }

    private static void replace(ObjectNode toml, String old, String uri) {
        for (List<String> path : FILES) {
            JsonNode parent = at(toml, path.subList(0, path.size() - 1));
            String last = path.get(path.size() - 1);
            if (parent instanceof ObjectNode table) {
                if (table.path(last).isTextual() && table.path(last).textValue().equals(old)) {
                    table.set(last, TextNode.valueOf(uri));
                } else if (table.path(last) instanceof ObjectNode inner
                        && inner.path("uri").asText().equals(old)) {
                    inner.put("uri", uri);
                }
            }
        }
    }

    /** For root and the group of our settings, which the service is in. */
    private void copy(Path from, Path to) {
        try {
            Path parent = target.toAbsolutePath().getParent();
            PosixFileAttributes ours = Files.readAttributes(parent, PosixFileAttributes.class);
            if (!Files.isDirectory(to.getParent())) {
                Files.createDirectory(
                        to.getParent(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                give(Files.getFileAttributeView(to.getParent(), PosixFileAttributeView.class), ours, "rwxr-x---");
            }
            WholeFile.replace(to, Files.readAllBytes(from), file -> give(file, ours, "rw-r-----"));
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot copy " + from + " to " + to + ": " + e + "; the settings stay as they were");
        }
    }

    private static void give(PosixFileAttributeView file, PosixFileAttributes like, String mode) throws IOException {
        file.setOwner(like.owner());
        file.setGroup(like.group());
        file.setPermissions(PosixFilePermissions.fromString(mode));
    }
}
