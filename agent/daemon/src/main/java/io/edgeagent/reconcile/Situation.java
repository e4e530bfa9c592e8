package io.edgeagent.reconcile;

import io.edgeagent.model.Deployment;
import io.edgeagent.model.Hardware;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the planner looks at.
 *
 * @param confirmed the hub has said in this life of the agent that the deployment is its newest; one from the disk may be older
 *     than what runs
 * @param containers of this device, by module
 * @param previous containers that were set aside, by module
 * @param histories of modules, by name; absent for a module that is new
 * @param identified modules whose identity in the hub is known: without one no container is created
 * @param refused modules that this device's policy does not run, with the reason
 * @param hardware what modules get of the board's devices; absent for a module that asks for none
 * @param busy modules with a step under way
 * @param holds why modules that run are not changed just now
 * @param updates how containers are replaced where the module does not say
 * @param recipe by which containers are made now
 * @param now nanoseconds on the monotonic clock
 */
public record Situation(
        Deployment deployment,
        boolean confirmed,
        Map<String, Container> containers,
        Map<String, Container> previous,
        Map<String, History> histories,
        Set<String> identified,
        Map<String, Problem> refused,
        Map<String, Hardware> hardware,
        Set<String> busy,
        UpdateHolds holds,
        UpdatePolicy updates,
        RecipeMark recipe,
        long now) {

    public Situation {
        containers = Map.copyOf(containers);
        previous = Map.copyOf(previous);
        histories = Map.copyOf(histories);
        identified = Set.copyOf(identified);
        refused = Map.copyOf(refused);
        hardware = Map.copyOf(hardware);
        busy = Set.copyOf(busy);
    }

    Optional<Container> container(String module) {
        return Optional.ofNullable(containers.get(module));
    }

    Hardware hardware(ModuleSpec spec) {
        return hardware.getOrDefault(spec.name(), Hardware.NONE);
    }

    boolean isPreviousUp(String module) {
        return previous.containsKey(module) && previous.get(module).isUp();
    }

    /** The module's history, if it is about this spec. */
    History history(ModuleSpec spec) {
        return history(spec.name(), spec.fingerprint());
    }

    /** Of a module that the deployment does not name. On the word of a deployment from the disk nothing is forgotten. */
    History history(String module) {
        History known = histories.get(module);
        return known != null && !confirmed ? known : history(module, History.LEFTOVER);
    }

    private History history(String module, String fingerprint) {
        History known = histories.get(module);
        return known != null && known.fingerprint().equals(fingerprint)
                ? known
                : History.fresh(fingerprint, Optional.ofNullable(known), now);
    }
}
