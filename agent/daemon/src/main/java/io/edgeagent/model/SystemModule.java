package io.edgeagent.model;

import java.util.Map;
import java.util.Optional;

/**
 * {@code systemModules.edgeAgent} or {@code edgeHub}: settings of a built-in role, and the image string that is reported back.
 *
 * @param restartPolicy reported back only
 */
public record SystemModule(
        Optional<ImageReference> image,
        CreateOptions createOptions,
        Map<String, String> env,
        RestartPolicy restartPolicy,
        PullPolicy pullPolicy,
        long startupOrder,
        String version) {

    public SystemModule {
        env = Map.copyOf(env);
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "SystemModule" + image.map(reference -> "[" + reference + "]").orElse("");
    }
}
