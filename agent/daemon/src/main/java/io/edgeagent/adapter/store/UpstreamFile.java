package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.upstream.UpstreamMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code upstream.json} in the state folder; it may hold a proxy's password. */
public final class UpstreamFile implements UpstreamMemory {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamFile.class);

    private final AtomicFile file;

    public UpstreamFile(Path folder) {
        this.file = new AtomicFile(folder.resolve("upstream.json"));
    }

    @Override
    public Map<String, String> upstream() {
        Map<String, String> kept = new LinkedHashMap<>();
        try {
            Optional<byte[]> content = file.read();
            if (content.isPresent()) {
                JsonNode json = Json.MAPPER.readTree(content.get());
                json.properties()
                        .forEach(entry ->
                                kept.put(entry.getKey(), entry.getValue().asText()));
            }
        } catch (ProblemException e) {
            LOG.warn("event=upstream_not_read reason=\"{}\"", e.problem());
        } catch (IOException e) {
            // the hub says it again once the board's own settings have reached it
            file.setAside("not valid JSON");
        }
        return kept;
    }

    @Override
    public void keepUpstream(Map<String, String> variables) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        variables.forEach(json::put);
        file.write(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
