package io.edgeagent.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.Equipment;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.ModuleStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.model.SystemModule;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How things stand, for the command on the board; see {@link io.edgeagent.ops.Operations#status}.
 *
 * @param linkUp whether reports reach the hub
 * @param pulls how far they are, by module
 * @param equipment devices of the modules
 * @param status of the deployment with this version
 * @param hub how the built-in hub is
 * @param roles how all parts of the agent are
 * @param waiting modules whose update waits, with what for
 * @param locked modules that hold their update lock
 */
public record StatusSnapshot(
        String agentVersion,
        Instant startedAt,
        ContainerRecipe recipe,
        boolean linkUp,
        Optional<Problem> linkProblem,
        Optional<Problem> engineProblem,
        Optional<DeploymentStatus> status,
        long version,
        Optional<Deployment> deployment,
        Map<String, ModuleStatus> statuses,
        Map<String, String> pulls,
        Equipment equipment,
        HubCondition hub,
        Roles roles,
        Map<String, String> waiting,
        Set<String> locked) {

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", agentVersion).put("startTime", startedAt.toString());
        json.put("hub", recipe.hubHost()).put("device", recipe.deviceId());
        part(json.putObject("link"), linkUp, linkUp ? Optional.empty() : linkProblem);
        part(json.putObject("engine"), engineProblem.isEmpty(), engineProblem);
        status.ifPresent(known -> json.putObject("deployment")
                .put("version", version)
                .put("code", known.code())
                .put("description", known.description()));
        json.put("ready", roles.isReady()).set("roles", roles.toJson());
        ObjectNode modules = json.putObject("modules");
        systemModule(modules.putObject("edgeAgent"), deployment.flatMap(Deployment::agent), HubCondition.WELL);
        deployment
                .flatMap(Deployment::hub)
                .ifPresent(settings -> systemModule(modules.putObject("edgeHub"), Optional.of(settings), hub));
        deployment.ifPresent(known -> known.modules().forEach((name, spec) -> {
            ObjectNode module = modules.putObject(name);
            module.put("image", spec.image().text())
                    .put("desiredStatus", spec.status().text());
            Attempt.of(() -> equipment.usedBy(spec), problem -> Set.<String>of())
                    .forEach(path -> module.withArrayProperty("devices").add(path));
            Optional.ofNullable(statuses.get(name)).ifPresent(current -> module(module, current));
            Optional.ofNullable(pulls.get(name)).ifPresent(progress -> module.put("pull", progress));
        }));
        statuses.forEach((name, current) -> {
            if (!modules.has(name)) {
                module(modules.putObject(name), current);
            }
        });
        modules.properties().forEach(entry -> {
            ObjectNode module = (ObjectNode) entry.getValue();
            Optional.ofNullable(waiting.get(entry.getKey())).ifPresent(reason -> module.put("updateWaits", reason));
            if (locked.contains(entry.getKey())) {
                module.put("updateLock", true);
            }
        });
        return json;
    }

    private static void part(ObjectNode part, boolean up, Optional<Problem> problem) {
        part.put("up", up);
        problem.ifPresent(reason -> part.put("code", reason.code().name()).put("reason", reason.text()));
    }

    private void systemModule(ObjectNode module, Optional<SystemModule> settings, HubCondition condition) {
        settings.flatMap(SystemModule::image).ifPresent(image -> module.put("image", image.text()));
        module.put("runtimeStatus", condition.runtimeStatus());
        module.put("description", condition.description(agentVersion));
        module.put("startTime", startedAt.toString());
    }

    private static void module(ObjectNode module, ModuleStatus status) {
        module.put("runtimeStatus", status.runtimeStatus().text());
        module.put("description", status.description());
        module.put("exitCode", status.exitCode()).put("restarts", status.restarts());
        status.lastStart().ifPresent(time -> module.put("startTime", time.toString()));
        status.lastExit().ifPresent(time -> module.put("exitTime", time.toString()));
    }
}
