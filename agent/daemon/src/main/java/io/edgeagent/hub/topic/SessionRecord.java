package io.edgeagent.hub.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that outlives its connection, as it is on the disk. Client ids are long and of any characters, so its file is named after
 * a hash.
 *
 * @param filters with the QoS that was granted
 */
record SessionRecord(TopicIdentity identity, Map<PlainFilter, Integer> filters) {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRecord.class);
    private static final String KIND = "topics";

    static String hash(TopicIdentity identity) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(identity.key().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java has SHA-256", e);
        }
    }

    /** By their hashes; what is damaged is left out. */
    static Map<String, SessionRecord> all(HubDocuments documents) {
        Map<String, SessionRecord> all = new LinkedHashMap<>();
        for (ClientId name : documents.clients(KIND)) {
            documents
                    .read(KIND, name)
                    .flatMap(SessionRecord::parse)
                    .ifPresent(found -> all.put(hash(found.identity()), found));
        }
        return all;
    }

    private static Optional<SessionRecord> parse(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            String name = node.path("name").asText();
            TopicIdentity identity = node.path("iot").asBoolean()
                    ? TopicIdentity.of(ClientId.parse(name))
                    : TopicIdentity.local(name, node.path("clientId").asText());
            Map<PlainFilter, Integer> filters = new LinkedHashMap<>();
            node.path("filters")
                    .properties()
                    .forEach(entry -> PlainFilter.of(entry.getKey())
                            .ifPresent(filter -> filters.put(
                                    filter, Math.min(1, entry.getValue().asInt()))));
            return Optional.of(new SessionRecord(identity, filters));
        } catch (JsonProcessingException e) {
            LOG.warn("event=topic_session_unreadable reason=\"{}\"", Json.explain(e));
            return Optional.empty();
        }
    }

    /** @throws IOException if it is not on the disk then */
    void write(HubDocuments documents) throws IOException {
        ObjectNode node = Json.MAPPER.createObjectNode();
        node.put("name", identity.name()).put("iot", identity.iot().isPresent()).put("clientId", identity.clientId());
        ObjectNode list = node.putObject("filters");
        filters.forEach((filter, qos) -> list.put(filter.toString(), qos));
        documents.write(KIND, ClientId.leaf(hash(identity)), node.toString());
    }

    static void delete(HubDocuments documents, TopicIdentity identity) {
        try {
            documents.delete(KIND, ClientId.leaf(hash(identity)));
        } catch (IOException e) {
            LOG.warn("event=topic_session_not_deleted client={} reason=\"{}\"", identity, e.getMessage());
        }
    }
}
