package io.edgeagent.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a module gets of the board's devices, besides what its createOptions say. */
public sealed interface Hardware {
    /** The manifest goes to the engine as it is. */
    Granted NONE = new Granted(List.of(), List.of(), Map.of(), false);

    /**
     * One device node.
     *
     * @param onHost its path as the engine knows it
     * @param inContainer its path for the module
     * @param permissions of the control group, {@code r} or {@code rw}
     * @param number {@code c 89:1}; empty where it is not known
     */
    record Node(String onHost, String inContainer, String permissions, String number) {}

    /**
     * All that the module needs is there.
     *
     * @param groups numeric, of the nodes' owners
     * @param environment tells the module where its devices are
     * @param unprivileged {@code Privileged} is taken away, and the right to make nodes from {@code Devices}
     */
    record Granted(List<Node> nodes, List<Integer> groups, Map<String, String> environment, boolean unprivileged)
            implements Hardware {
        private static final int KEY = 16;

        public Granted {
            nodes = List.copyOf(nodes);
            groups = List.copyOf(groups);
            environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        }

        /**
         * Identifies what the container is made of: {@link ModuleSpec#fingerprint} alone where no devices are granted, so that
         * nothing else on the board can ever make a container anew.
         */
        public String fingerprint(ModuleSpec spec) {
            return equals(NONE) ? spec.fingerprint() : spec.fingerprint() + "." + key();
        }

        private String key() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            nodes.forEach(node -> json.withArrayProperty("nodes").add(node.toString()));
            groups.forEach(group -> json.withArrayProperty("groups").add(group));
            environment.forEach(
                    (name, value) -> json.withObjectProperty("environment").put(name, value));
            json.put("unprivileged", unprivileged);
            return Digest.sha256(Json.canonical(json)).substring(0, KEY);
        }
    }

    /**
     * Something is missing, so that the module is neither created nor started; it is started when the device appears.
     *
     * @param problem what is missing, and what to do about it
     * @param stop whether a container that runs is stopped
     */
    record Withheld(Problem problem, boolean stop) implements Hardware {}

    /** Whether a container with this fingerprint was made from this spec, with whatever devices. */
    static boolean isMadeFrom(ModuleSpec spec, String fingerprint) {
        return fingerprint.equals(spec.fingerprint()) || fingerprint.startsWith(spec.fingerprint() + ".");
    }
}
