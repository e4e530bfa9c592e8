package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.ModuleMemory;
import io.edgeagent.board.ModuleMemoryStore;
import io.edgeagent.identity.AgentMemory;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityStore;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.PulledImageStore;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.twin.DesiredStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's state and master key as small files in one folder. */
public final class FileStore
        implements DesiredStore, IdentityStore, ModuleMemoryStore, PulledImageStore, KeyStore, AgentMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
    private static final int KEY_BYTES = 32;

    private final Path folder;
    private final AtomicFile desired;
    private final AtomicFile identities;
    private final AtomicFile agent;
    private final AtomicFile modules;
    private final AtomicFile images;
    private final Path masterPath;
    private final AtomicFile master;
    private Optional<SharedKey> masterKey = Optional.empty();

    /** @param folder the agent's own, made if it is missing */
    public FileStore(Path folder) {
        this.folder = folder;
        desired = new AtomicFile(folder.resolve("deployment.json"));
        identities = new AtomicFile(folder.resolve("identities.json"));
        agent = new AtomicFile(folder.resolve("agent.json"));
        modules = new AtomicFile(folder.resolve("modules.json"));
        images = new AtomicFile(folder.resolve("images.json"));
        masterPath = folder.resolve("keys").resolve("master.key");
        master = new AtomicFile(masterPath);
    }

    @Override
    public Optional<ObjectNode> lastGoodDesired() {
        return readObject(desired);
    }

    @Override
    public void saveLastGoodDesired(ObjectNode properties) {
        desired.write(bytes(properties));
    }

    @Override
    public Map<String, ModuleIdentity> identities() {
        Map<String, ModuleIdentity> known = new HashMap<>();
        readObject(identities)
                .filter(json -> isOfMasterKey(json.path("masterKeyId").asText()))
                .ifPresent(json -> json.path("modules").properties().forEach(entry -> {
                    String generation = entry.getValue().path("generationId").asText();
                    known.put(entry.getKey(), new ModuleIdentity(entry.getKey(), generation));
                }));
        return known;
    }

    @Override
    public void saveIdentities(Map<String, ModuleIdentity> known) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("masterKeyId", masterKeyId());
        ObjectNode modules = json.putObject("modules");
        new TreeMap<>(known)
                .forEach((module, identity) -> modules.putObject(module).put("generationId", identity.generationId()));
        identities.write(bytes(json));
    }

    /** Keeps the identity of another role of this process, as {@link #agentIdentity} keeps the agent's. */
    public AgentMemory identityOf(String moduleId, String fileName) {
        AtomicFile file = new AtomicFile(folder.resolve(fileName));
        return new AgentMemory() {
            @Override
            public Optional<ModuleIdentity> agentIdentity() {
                return readObject(file)
                        .filter(json -> json.path("masterKeyId").asText().equals(masterKeyId()))
                        .map(json -> new ModuleIdentity(
                                moduleId, json.path("generationId").asText()));
            }

            @Override
            public void keepAgentIdentity(ModuleIdentity identity) {
                file.write(bytes(JsonNodeFactory.instance
                        .objectNode()
                        .put("masterKeyId", masterKeyId())
                        .put("generationId", identity.generationId())));
            }
        };
    }

    @Override
    public Optional<ModuleIdentity> agentIdentity() {
        return readObject(agent)
                .filter(json -> json.path("masterKeyId").asText().equals(masterKeyId()))
                .map(json -> new ModuleIdentity(
                        Identities.EDGE_AGENT, json.path("generationId").asText()));
    }

    @Override
    public void keepAgentIdentity(ModuleIdentity identity) {
        agent.write(bytes(JsonNodeFactory.instance
                .objectNode()
                .put("masterKeyId", masterKeyId())
                .put("generationId", identity.generationId())));
    }

    @Override
    public Map<String, ModuleMemory> memories() {
        Map<String, ModuleMemory> memories = new HashMap<>();
        readObject(modules)
                .ifPresent(json -> json.properties()
                        .forEach(entry -> memories.put(entry.getKey(), MemoryJson.read(entry.getValue()))));
        return memories;
    }

    @Override
    public void saveMemories(Map<String, ModuleMemory> memories) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(memories).forEach((module, memory) -> json.set(module, MemoryJson.write(memory)));
        modules.write(bytes(json));
    }

    @Override
    public List<PulledImage> pulledImages() {
        List<PulledImage> known = new ArrayList<>();
        readObject(images)
                .ifPresent(json -> json.properties()
                        .forEach(entry -> known.add(ImageJson.read(entry.getKey(), entry.getValue()))));
        return known;
    }

    @Override
    public void savePulledImages(List<PulledImage> known) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        known.forEach(image -> json.set(image.id(), ImageJson.write(image)));
        images.write(bytes(json));
    }

    /** @throws ProblemException if there is a key that cannot be used, with what to do */
    @Override
    public synchronized SharedKey masterKey() {
        if (masterKey.isEmpty()) {
            masterKey = storedMasterKey();
        }
        if (masterKey.isEmpty()) {
            byte[] fresh = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(fresh);
            SharedKey key = SharedKey.of(fresh);
            master.write(key.toBase64().getBytes(StandardCharsets.US_ASCII));
            masterKey = Optional.of(key);
        }
        return masterKey.get();
    }

    /** As long as the master key cannot be used, modules must run all the same. */
    private boolean isOfMasterKey(String id) {
        try {
            return id.equals(masterKeyId());
        } catch (ProblemException e) {
            LOG.error("event=master_key_unusable reason=\"{}\"", e.problem().text());
            return true;
        }
    }

    // the hub holds keys that were derived from this master key; after another one they must be pushed again
    private String masterKeyId() {
        return HexFormat.of().formatHex(masterKey().sign("edge-agent master key id"), 0, 8);
    }

    /**
     * Never replaced by a new one without a word: what modules encrypted cannot be read with another.
     *
     * @throws ProblemException if there is one that cannot be used
     */
    private Optional<SharedKey> storedMasterKey() {
        Optional<byte[]> content;
        try {
            content = master.read();
        } catch (ProblemException e) {
            throw unusable(e.problem().code(), e.problem().text());
        }
        return content.map(bytes -> {
            try {
                SharedKey key = SharedKey.fromBase64(new String(bytes, StandardCharsets.US_ASCII).strip());
                if (Base64.getDecoder().decode(key.toBase64()).length == KEY_BYTES) {
                    return key;
                }
            } catch (ProtocolException e) {
                // said below
            }
            throw unusable(
                    ErrorCode.STATE_DAMAGED,
                    masterPath + " holds " + bytes.length + " bytes, which are not the Base64 of a key of " + KEY_BYTES
                            + " bytes");
        });
    }

    private ProblemException unusable(ErrorCode code, String what) {
        return new ProblemException(
                code,
                what
                        + "; put it back from a backup; without one, stop the agent, move it away and start the agent: a new"
                        + " one is made then, and what modules encrypted with the old one cannot be read any more");
    }

    private static Optional<ObjectNode> readObject(AtomicFile file) {
        return file.readJson(JsonNode::isObject).map(ObjectNode.class::cast);
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
