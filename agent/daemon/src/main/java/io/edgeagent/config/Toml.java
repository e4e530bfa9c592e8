package io.edgeagent.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reading of the file and of the environment. */
final class Toml {
    private Toml() {}

    /** @return the file's content; missing if there is no file */
    static JsonNode read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (NoSuchFileException e) {
            return MissingNode.getInstance();
        } catch (AccessDeniedException e) {
            throw new ConfigException("cannot read " + file + ": permission denied, try it with sudo");
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e.getMessage());
        }
    }

    /**
     * Without what is empty: an empty text or table counts as absent, as those that IoT Edge's own commands write.
     *
     * @param file for the error's text
     */
    static JsonNode parse(Path file, String text) {
        try {
            JsonNode toml = new TomlMapper().readTree(text);
            prune(toml);
            return toml;
        } catch (JsonProcessingException e) {
            if (OldConfig.looksLikeOne(text)) {
                throw new ConfigException(file + " is YAML, as config.yaml of IoT Edge 1.1 and older: take it over with"
                        + " sudo edge-agent config import --from " + file);
            }
            // the message of the parser quotes the line, which may hold a key
            throw new ConfigException(
                    file + " is not valid TOML at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
    }

    /** Lists stay: an empty one may be meant. */
    private static void prune(JsonNode node) {
        if (!(node instanceof ObjectNode table)) {
            node.forEach(Toml::prune);
            return;
        }
        table.forEach(Toml::prune);
        List<String> empty = table.properties().stream()
                .filter(entry ->
                        (entry.getValue().isObject() && entry.getValue().isEmpty())
                                || (entry.getValue().isTextual()
                                        && entry.getValue().textValue().isBlank()))
                .map(Map.Entry::getKey)
                .toList();
        table.remove(empty);
    }

    static Optional<String> text(JsonNode node, String... path) {
        JsonNode found = node;
        for (String key : path) {
            found = found.path(key);
        }
        return found.isTextual() && !found.textValue().isBlank() ? Optional.of(found.textValue()) : Optional.empty();
    }

    /** Empty counts as unset, because compose files always pass all variables. */
    static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    static String filePath(String uri) {
        return uri.startsWith("file://") ? uri.substring("file://".length()) : uri;
    }
}
