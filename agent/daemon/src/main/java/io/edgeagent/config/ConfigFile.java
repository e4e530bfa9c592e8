package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** config.toml as a text that people wrote: changed in one section, with all else and its comments as it was. */
public final class ConfigFile {
    private static final Pattern HEADER = Pattern.compile("\\s*\\[.*");
    private static final Pattern PROVISIONING = Pattern.compile("\\s*\\[\\s*provisioning\\s*[.\\]].*");

    private final Path path;

    public ConfigFile(Path path) {
        this.path = path;
    }

    /** Whether the file says already who the device is. */
    public boolean isProvisioned() {
        return Toml.read(path).has("provisioning");
    }

    /**
     * Puts a device's connection string in place of what {@code [provisioning]} holds.
     *
     * @return where the file before it is kept, if it said who the device is
     * @throws ConfigException if the file cannot be changed without harm; it stays as it was
     */
    public Optional<Path> setConnectionString(String connectionString) {
        String before = text();
        String after = withConnectionString(before, connectionString);
        Optional<Path> kept = keepFormer();
        write(path, after);
        return kept;
    }

    /** Keeps a copy of the file if it says who the device is. @return where */
    Optional<Path> keepFormer() {
        Optional<Path> kept =
                isProvisioned() ? Optional.of(path.resolveSibling(path.getFileName() + ".bak")) : Optional.empty();
        kept.ifPresent(backup -> write(backup, text()));
        return kept;
    }

    /** Replaces the whole file by a text. */
    void write(String text) {
        write(path, text);
    }

    /** Replaces the whole file by another, whose content was checked. */
    public void replaceBy(Path other) {
        write(path, new ConfigFile(other).text());
    }

    String text() {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new ConfigException("cannot read " + path + ": " + e);
        }
    }

    private String withConnectionString(String before, String connectionString) {
        List<String> kept = new ArrayList<>();
        boolean skipping = false;
        for (String line : before.lines().toList()) {
            if (HEADER.matcher(line).matches()) {
                skipping = PROVISIONING.matcher(line).matches();
            }
            if (!skipping) {
                kept.add(line);
            }
        }
        while (!kept.isEmpty() && kept.get(kept.size() - 1).isBlank()) {
            kept.remove(kept.size() - 1);
        }
        if (!kept.isEmpty()) {
            kept.add("");
        }
        kept.add("[provisioning]");
        kept.add("source = \"manual\"");
        kept.add("connection_string = \"" + escaped(connectionString) + "\"");
        String after = String.join("\n", kept) + "\n";
        refuseOtherChanges(before, after);
        return after;
    }

    /** Text that looks like a section may be a piece of something else: what the parser sees decides. */
    private void refuseOtherChanges(String before, String after) {
        JsonNode old = Toml.parse(path, before);
        JsonNode changed;
        try {
            changed = Toml.parse(path, after);
        } catch (ConfigException e) {
            throw editByHand();
        }
        if (!withoutProvisioning(old).equals(withoutProvisioning(changed))) {
            throw editByHand();
        }
    }

    private ConfigException editByHand() {
        return new ConfigException(
                path
                        + " is written in a way that this command cannot change safely: set connection_string in [provisioning] with an editor");
    }

    private static JsonNode withoutProvisioning(JsonNode toml) {
        return toml instanceof ObjectNode table ? table.deepCopy().without("provisioning") : toml;
    }

    private static String escaped(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException("the connection string holds a control character");
        }
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** Whole or not at all; owner, group and mode as before, and for its owner alone if it is new: it holds a key. */
    private static void write(Path path, String text) {
        try {
            WholeFile.replace(path, text.getBytes(StandardCharsets.UTF_8), file -> {
                if (Files.exists(path)) {
                    PosixFileAttributes old = Files.readAttributes(path, PosixFileAttributes.class);
                    file.setOwner(old.owner());
                    file.setGroup(old.group());
                    file.setPermissions(old.permissions());
                } else {
                    shareWithFolder(file, path.toAbsolutePath().getParent());
                }
            });
        } catch (IOException e) {
            throw new ConfigException("cannot write " + path + ": " + e + "; it stays as it was");
        }
    }

    /** The service is not root, and the folder that the package made is of its group. */
    private static void shareWithFolder(PosixFileAttributeView view, Path folder) throws IOException {
        GroupPrincipal group =
                Files.readAttributes(folder, PosixFileAttributes.class).group();
        if (group.equals(view.readAttributes().group())) {
            return;
        }
        try {
            view.setGroup(group);
            view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
        } catch (FileSystemException e) {
            // not a group that this user can give: it stays with its owner
        }
    }
}
