package io.edgeagent.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.SystemModule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The reported properties of {@code $edgeAgent} in IoT Edge's shape. What the hub holds in the desired properties already (env,
 * createOptions) is left out, and registry passwords are never sent back. A twin holds 32 KB: with more than {@link #FULL}
 * modules each says only how it does, so that 100 fit.
 *
 * @param agentVersion of this program
 * @param architecture as the kernel names it
 * @param deploymentVersion the $version that {@code status} is about; 0 before the first
 * @param modules how each module of the deployment does
 * @param startedAt when the agent started
 * @param hardware what the board has, by kind, in short
 * @param hub how the built-in hub is
 */
public record ReportedState(
        String agentVersion,
        String architecture,
        long deploymentVersion,
        DeploymentStatus status,
        Optional<Deployment> deployment,
        Map<String, ModuleStatus> modules,
        Instant startedAt,
        Map<String, String> hardware,
        HubCondition hub) {

    /** So many modules are reported with all that IoT Edge reports of them. */
    public static final int FULL = 25;

    private static final int SHORT_TEXT = 100;
    // a twin's reported section holds 32 KB (IoT Hub docs), and the hub refuses a patch that would go beyond: all of it
    private static final int MOST_BYTES = 32_000;
    private static final List<Integer> SHORTER = List.of(300, 100, 70, 40, 15, 0);
    private static final String NEVER = "0001-01-01T00:00:00Z";

    public ReportedState {
        modules = new TreeMap<>(modules);
    }

    public ObjectNode toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("schemaVersion", "1.0");
        root.putObject("version").put("version", agentVersion).put("build", "").put("commit", "");
        root.put("lastDesiredVersion", deploymentVersion);
        root.putObject("lastDesiredStatus").put("code", status.code()).put("description", status.description());
        ObjectNode runtime = root.putObject("runtime").put("type", "docker");
        runtime.putObject("platform")
                .put("os", "linux")
                .put("architecture", architecture)
                .put("version", agentVersion);
        ObjectNode settings = runtime.putObject("settings");
        deployment.ifPresent(known -> new TreeMap<>(known.runtimeSettings()).forEach(settings::put));
        if (!hardware.isEmpty()) {
            ObjectNode board = root.putObject("hardware");
            hardware.forEach(board::put);
        }
        systemModules(root.putObject("systemModules"));
        ObjectNode list = root.putObject("modules");
        deployment.ifPresent(known -> known.modules().forEach((name, spec) -> {
            if (modules.containsKey(name)) {
                module(list.putObject(name), spec, modules.get(name));
            }
        }));
        modules.forEach((name, status) -> {
            if (!list.has(name)) {
                outcome(list.putObject(name), status);
            }
        });
        return fitted(root);
    }

    private void systemModules(ObjectNode list) {
        ObjectNode agent = list.putObject("edgeAgent");
        Optional<SystemModule> agentSettings = deployment.flatMap(Deployment::agent);
        agent.put("type", "docker");
        agent.put(
                "imagePullPolicy", agentSettings.map(s -> s.pullPolicy().text()).orElse("on-create"));
        image(agent, agentSettings.flatMap(SystemModule::image));
        running(agent, HubCondition.WELL);
        deployment.flatMap(Deployment::hub).ifPresent(settings -> {
            ObjectNode node = list.putObject("edgeHub");
            node.put("type", "docker").put("status", "running");
            node.put("restartPolicy", settings.restartPolicy().text());
            node.put("imagePullPolicy", settings.pullPolicy().text());
            node.put("startupOrder", settings.startupOrder());
            image(node, settings.image());
            running(node, hub);
            node.put("restartCount", 0).put("lastRestartTimeUtc", NEVER);
        });
    }

    private void running(ObjectNode node, HubCondition condition) {
        node.put("runtimeStatus", condition.runtimeStatus())
                .put("statusDescription", condition.description(agentVersion))
                .put("exitCode", 0);
        node.put("lastStartTimeUtc", time(Optional.of(startedAt))).put("lastExitTimeUtc", NEVER);
    }

    private void module(ObjectNode node, ModuleSpec spec, ModuleStatus report) {
        boolean full = outcome(node, report);
        time(node, "lastStartTimeUtc", report.lastStart(), full);
        time(node, "lastExitTimeUtc", report.lastExit(), full);
        if (full || report.restarts() > 0) {
            node.put("restartCount", report.restarts());
        }
        if (full) {
            // in short, the last start tells it
            time(node, "lastRestartTimeUtc", report.lastRestart(), true);
            node.put("version", spec.version()).put("type", "docker");
            node.put("status", spec.status().text());
            node.put("restartPolicy", spec.restartPolicy().text());
            node.put("imagePullPolicy", spec.pullPolicy().text());
            node.put("startupOrder", spec.startupOrder());
            image(node, Optional.of(spec.image()));
            report.imageId().ifPresent(id -> node.withObjectProperty("settings").put("imageHash", id));
        }
    }

    /** How it does, which is all that there is to say of a module whose entry has a fault. True if there is room for more. */
    private boolean outcome(ObjectNode node, ModuleStatus report) {
        boolean full = modules.size() <= FULL;
        node.put("runtimeStatus", report.runtimeStatus().text());
        node.put("statusDescription", full ? report.description() : shortened(report.description()));
        node.put("exitCode", report.exitCode());
        return full;
    }

    private static void time(ObjectNode node, String name, Optional<Instant> time, boolean evenNever) {
        if (evenNever || time.isPresent()) {
            node.put(name, time(time));
        }
    }

    /** Texts are cut, those of all modules alike, until the whole fits into the twin; then what the manifest says anyway goes. */
    private static ObjectNode fitted(ObjectNode root) {
        ObjectNode list = root.withObjectProperty("modules");
        for (int limit : SHORTER) {
            if (fits(root)) {
                return root;
            }
            list.forEach(module -> ((ObjectNode) module)
                    .put(
                            "statusDescription",
                            cut(module.path("statusDescription").asText(), limit)));
        }
        if (!fits(root)) {
            list.forEach(module ->
                    ((ObjectNode) module).retain("runtimeStatus", "exitCode", "lastStartTimeUtc", "restartCount"));
        }
        if (!fits(root)) {
            cutTexts(root);
        }
        if (!fits(root)) {
            leaveOut(root, list);
        }
        return root;
    }

    /** The last resort but one: whatever else the manifest has made long. */
    private static void cutTexts(ObjectNode node) {
        node.properties().forEach(field -> {
            if (field.getValue() instanceof ObjectNode part) {
                cutTexts(part);
            } else if (field.getValue().isTextual()) {
                node.put(field.getKey(), cut(field.getValue().asText(), SHORT_TEXT));
            }
        });
    }

    /** The last resort: as many modules as have room, and how many are missing. */
    private static void leaveOut(ObjectNode root, ObjectNode list) {
        List<String> names = new ArrayList<>();
        list.fieldNames().forEachRemaining(names::add);
        ObjectNode status = root.withObjectProperty("lastDesiredStatus");
        String description = status.path("description").asText();
        String missing = "%d modules are not reported, for want of room in the twin; %s";
        status.put("description", missing.formatted(names.size(), description));
        int size = size(root);
        int left = 0;
        while (size > MOST_BYTES && left < names.size()) {
            String name = names.get(names.size() - ++left);
            size -= size(list.remove(name)) + name.length();
        }
        status.put("description", missing.formatted(left, description));
    }

    private static boolean fits(ObjectNode root) {
        return size(root) <= MOST_BYTES;
    }

    private static int size(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String shortened(String text) {
        return cut(text, SHORT_TEXT);
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Math.max(0, limit - 3);
        // half a surrogate pair is not valid text
        boolean halves = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, halves ? end - 1 : end) + (limit > 3 ? "..." : "");
    }

    private static void image(ObjectNode node, Optional<ImageReference> image) {
        image.ifPresent(reference -> node.putObject("settings").put("image", reference.text()));
    }

    private static String time(Optional<Instant> time) {
        return time.map(at -> at.truncatedTo(ChronoUnit.MILLIS).toString()).orElse(NEVER);
    }
}
