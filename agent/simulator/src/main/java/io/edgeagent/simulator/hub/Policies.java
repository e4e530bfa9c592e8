package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The five shared access policies that every IoT Hub starts with ("Control access to IoT Hub"), each with one key. */
public final class Policies {
    /** Has every right. */
    public static final String OWNER = "iothubowner";

    /** What a policy may allow. */
    public enum Right {
        REGISTRY_READ,
        REGISTRY_WRITE,
        SERVICE_CONNECT,
        DEVICE_CONNECT
    }

    private static final Map<String, Set<Right>> RIGHTS = Map.of(
            OWNER,
            EnumSet.allOf(Right.class),
            "service",
            EnumSet.of(Right.SERVICE_CONNECT),
            "device",
            EnumSet.of(Right.DEVICE_CONNECT),
            "registryRead",
            EnumSet.of(Right.REGISTRY_READ),
            "registryReadWrite",
            EnumSet.of(Right.REGISTRY_READ, Right.REGISTRY_WRITE));

    private final Map<String, SharedKey> keys = new LinkedHashMap<>();

    /** Takes over the keys that are there and makes the others. */
    Policies(JsonNode state) {
        RIGHTS.keySet().stream().sorted().forEach(name -> {
            String key = state.path(name).asText("");
            keys.put(name, key.isEmpty() ? Credentials.newKey() : SharedKey.fromBase64(key));
        });
    }

    ObjectNode toState() {
        ObjectNode state = HubJson.object();
        keys.forEach((name, key) -> state.put(name, key.toBase64()));
        return state;
    }

    /** What the policy allows; nothing if there is no such policy. */
    Set<Right> rights(String name) {
        return RIGHTS.getOrDefault(name, Set.of());
    }

    Optional<SharedKey> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** Connection strings for service SDKs, by the name of the policy. They hold keys. */
    Map<String, ConnectionString> connectionStrings(String hostName) {
        Map<String, ConnectionString> texts = new LinkedHashMap<>();
        keys.forEach((name, key) -> texts.put(
                name,
                new ConnectionString(
                        hostName,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(name),
                        Optional.of(key))));
        return Collections.unmodifiableMap(texts);
    }
}
