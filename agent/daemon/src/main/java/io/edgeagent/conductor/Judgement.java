package io.edgeagent.conductor;

import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the hub is told about deployments.
 *
 * @param version of the deployment that the status is about
 */
record Judgement(long version, DeploymentStatus status) {
    /** @param waiting modules that wait meanwhile, with what for */
    static Judgement failed(Deployment deployment, List<String> failures, Map<String, String> waiting) {
        String all = Stream.concat(
                        failures.stream(), waiting.isEmpty() ? Stream.of() : Stream.of("waiting: " + text(waiting)))
                .distinct()
                .collect(Collectors.joining("; "));
        // IoT Edge's code for a manifest that somebody has to mend
        return new Judgement(
                deployment.version(),
                deployment.faults().isEmpty() ? DeploymentStatus.failed(all) : DeploymentStatus.formatError(all));
    }

    /**
     * While something of a deployment waits and nothing of it fails, the last one that was wholly applied stands, and the text says
     * what waits: the newer one has neither succeeded nor failed, and IoT Edge has no code for that.
     *
     * @param waiting modules, with what they wait for
     * @param applied the version of the last one that was wholly applied; empty if that is not known
     * @param said the version that was told last
     */
    static Judgement waiting(Deployment deployment, Map<String, String> waiting, Optional<Long> applied, long said) {
        String text = "deployment " + deployment.version() + " waits: " + text(waiting);
        return applied.map(version -> new Judgement(version, DeploymentStatus.applied(text)))
                .orElseGet(() -> new Judgement(said, DeploymentStatus.unknown(text)));
    }

    String inOneLine() {
        return ("deployment " + version + ": " + status.code() + " " + status.description()).strip();
    }

    /** Modules that wait for the same are named together. */
    private static String text(Map<String, String> waiting) {
        Map<String, TreeSet<String>> byReason = new TreeMap<>();
        waiting.forEach((module, reason) ->
                byReason.computeIfAbsent(reason, none -> new TreeSet<>()).add(module));
        return byReason.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
                .collect(Collectors.joining("; "));
    }
}
