package io.edgeagent.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ModuleSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The containers of other modules that a module's own is made on: it shares their network, processes or memory ({@code
 * container:vpn}), or their volumes. The engine ties it to the container that had the name then, and not to the name: when
 * that one is made anew, so must this one be; when it is only started anew, this one must be started after it.
 *
 * @param shared modules whose namespaces it shares
 * @param used those, and modules whose volumes it has
 */
record Foundation(Set<String> shared, Set<String> used) {
    private static final String CONTAINER = "container:";
    private static final int SHORT_ID = 12;

    static Foundation of(ModuleSpec spec, Set<String> modules) {
        JsonNode host = spec.createOptions().hostConfig();
        Set<String> shared = new TreeSet<>();
        for (String mode : new String[] {"NetworkMode", "PidMode", "IpcMode"}) {
            String text = host.path(mode).asText("");
            if (text.startsWith(CONTAINER)) {
                shared.add(name(text.substring(CONTAINER.length())));
            }
        }
        Set<String> used = new TreeSet<>(shared);
        // "name", "name:ro"
        host.path("VolumesFrom").forEach(from -> used.add(name(from.asText("").split(":", 2)[0])));
        shared.retainAll(modules);
        used.retainAll(modules);
        shared.remove(spec.name());
        used.remove(spec.name());
        return new Foundation(shared, used);
    }

    private static String name(String text) {
        return text.startsWith("/") ? text.substring(1) : text;
    }

    /** What is written on the container; empty where it stands on none, or one of them is not there. */
    Optional<String> text(Map<String, Container> containers) {
        if (used.isEmpty() || !containers.keySet().containsAll(used)) {
            return Optional.empty();
        }
        Map<String, String> ids = new TreeMap<>();
        used.forEach(module -> ids.put(module, containers.get(module).id()));
        return Optional.of(ids.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue()
                                .substring(
                                        0, Math.min(SHORT_ID, entry.getValue().length())))
                .collect(Collectors.joining(",")));
    }
}
