package io.edgeagent.adapter.hubnet;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Documents of the hub that are in memory. For tests. */
final class MemoryDocuments implements HubDocuments {
    private final Map<String, String> all = new HashMap<>();

    @Override
    public Optional<String> read(String kind, ClientId id) {
        return Optional.ofNullable(all.get(kind + id));
    }

    @Override
    public Set<ClientId> clients(String kind) {
        return all.keySet().stream()
                .filter(key -> key.startsWith(kind))
                .map(key -> ClientId.parse(key.substring(kind.length())))
                .collect(Collectors.toSet());
    }

    @Override
    public void write(String kind, ClientId id, String text) {
        all.put(kind + id, text);
    }

    @Override
    public void delete(String kind, ClientId id) {
        all.remove(kind + id);
    }
}
