package io.edgeagent.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One module of a manifest.
 *
 * @param name key in the manifest; also the container's name and its name on the module network
 * @param startupOrder 0 starts first; 4294967295 where the manifest says nothing
 * @param version free text, reported back
 * @param env sorted by name
 */
public record ModuleSpec(
        String name,
        ImageReference image,
        CreateOptions createOptions,
        Map<String, String> env,
        DesiredStatus status,
        RestartPolicy restartPolicy,
        PullPolicy pullPolicy,
        long startupOrder,
        String version) {

    public static final long LAST = 4294967295L;

    /** Begins names of containers that no module can have. */
    public static final String RESERVED = "edge-agent.";

    public ModuleSpec {
        env = Collections.unmodifiableMap(new TreeMap<>(env));
    }

    /** Whether the registry may be asked for the image. */
    public boolean mayPull() {
        return pullPolicy != PullPolicy.NEVER;
    }

    public boolean mustRun() {
        return status == DesiredStatus.RUNNING;
    }

    /**
     * Identifies what the container is made of. Equal fingerprints mean that the container can stay; all other fields of the
     * module change in place. It is kept in a label of the container, so that nothing that the engine normalises or fills in
     * ever counts as a difference.
     */
    public String fingerprint() {
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        made.put("image", image.text());
        made.put("createOptions", createOptions.canonical());
        ObjectNode variables = made.putObject("env");
        env.forEach(variables::put);
        return Digest.sha256(Json.canonical(made));
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return name + "[" + image + "]";
    }
}
