package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.Step;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Metrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What the agent did and how long its modules ran, under the names of IoT Edge's agent, since it started. For the conductor's thread. */
final class AgentMetrics {
    /** After a longer silence of the engine nobody knows how modules were meanwhile: it counts neither way. */
    private static final Duration LONGEST_GAP = Duration.ofMinutes(1);

    private static final String PREFIX = "edgeAgent_";
    /** What IoT Edge's agent calls the steps; all others are our own matter. */
    private static final Map<Class<? extends Step>, String> COMMANDS = Map.of(
            Step.Pull.class, "prepare_update",
            Step.Create.class, "create",
            Step.MakeAnew.class, "create",
            Step.Start.class, "start",
            Step.Stop.class, "stop",
            Step.StopPrevious.class, "stop",
            Step.SetAside.class, "update",
            Step.Remove.class, "remove",
            Step.RemovePrevious.class, "remove");

    private final Clock clock;
    private final Collection<String> methodNames;
    private final Metrics metrics = new Metrics(PREFIX, Map.of());
    private final Map<String, Times> times = new TreeMap<>();
    private final Map<String, Long> methods = new TreeMap<>();
    private long seenAt;
    private long wanted = -1;
    private OptionalLong changedAt = OptionalLong.empty();

    /** Of one module, in nanoseconds. */
    private static final class Times {
        private long expected;
        private long correct;
    }

    /** @param methodNames that are known; all others are counted together */
    AgentMetrics(Clock clock, Collection<String> methodNames) {
        this.clock = clock;
        this.methodNames = List.copyOf(methodNames);
        this.seenAt = clock.nanos();
    }

    /** A step was done. */
    void took(Step step, Duration time, Optional<Deployment> deployment) {
        Optional.ofNullable(COMMANDS.get(step.getClass())).ifPresent(command -> {
            count(command, step.module(), deployment);
            if (step instanceof Step.Start start && start.restart()) {
                count("restart", step.module(), deployment);
            }
            metrics.observe("command_latency_seconds", time, "command", command);
        });
    }

    private void count(String command, String module, Optional<Deployment> deployment) {
        String version = deployment
                .map(known -> known.modules().get(module))
                .map(ModuleSpec::version)
                .orElse("");
        metrics.count("module_" + command, "module_name", module, "module_version", version);
    }

    /** How the modules were since the listing before: as they are now. */
    void listed(List<Container> containers, Optional<Deployment> deployment) {
        long past = clock.nanos() - seenAt;
        seenAt += past;
        Map<String, ModuleSpec> modules = deployment.map(Deployment::modules).orElse(Map.of());
        times.keySet().retainAll(modules.keySet());
        modules.values().stream().filter(ModuleSpec::mustRun).forEach(spec -> {
            Times of = times.computeIfAbsent(spec.name(), name -> new Times());
            if (past <= LONGEST_GAP.toNanos()) {
                of.expected += past;
                of.correct += containers.stream().anyMatch(found -> isWell(found, spec.name())) ? past : 0;
            }
        });
    }

    private static boolean isWell(Container container, String module) {
        return container.name().equals(module) && container.isUp() && container.health() != Container.Health.UNHEALTHY;
    }

    /** The version that is to be followed from now on. */
    void wants(long version) {
        if (version != wanted) {
            wanted = version;
            changedAt = OptionalLong.of(clock.nanos());
        }
    }

    void settled(long version, DeploymentStatus status) {
        if (version == wanted && status.equals(DeploymentStatus.SUCCESS)) {
            changedAt.ifPresent(
                    since -> metrics.observe("deployment_time_seconds", Duration.ofNanos(clock.nanos() - since)));
            changedAt = OptionalLong.empty();
        }
    }

    /** The hub has given the twin or a change of it. */
    void synced() {
        metrics.count("iothub_syncs");
    }

    /** The hub was to be reached, and was not. */
    void notSynced() {
        synced();
        metrics.count("unsuccessful_iothub_syncs");
    }

    void called(String method) {
        String known = methodNames.stream()
                .filter(method::equalsIgnoreCase)
                .findFirst()
                .orElse("unknown");
        methods.merge(known, 1L, Long::sum);
    }

    /** As {@link Metrics#write} writes them. */
    ArrayNode toJson() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        metrics.write(list);
        times.forEach((module, of) -> {
            Metrics.gauge(
                    list, PREFIX + "total_time_running_correctly_seconds", of.correct / 1e9, "module_name", module);
            Metrics.gauge(
                    list, PREFIX + "total_time_expected_running_seconds", of.expected / 1e9, "module_name", module);
        });
        // with a small a, as IoT Edge's agent has it
        methods.forEach((method, calls) ->
                Metrics.gauge(list, "edgeagent_direct_method_invocations_count", calls, "method_name", method));
        return list;
    }
}
