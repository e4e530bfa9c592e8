package io.edgeagent.reconcile;

import io.edgeagent.model.Deployment;
import java.util.Map;
import java.util.Set;

/**
 * All that the planner looks at.
 *
 * @param containers of this device, by name
 * @param histories of modules, by name; absent for a module that is new
 * @param identified modules whose identity in the hub is known: without one no container is created
 * @param busy modules with a step under way
 * @param now nanoseconds on the monotonic clock
 */
public record Situation(
        Deployment deployment,
        Map<String, Container> containers,
        Map<String, History> histories,
        Set<String> identified,
        Set<String> busy,
        long now) {

    public Situation {
        containers = Map.copyOf(containers);
        histories = Map.copyOf(histories);
        identified = Set.copyOf(identified);
        busy = Set.copyOf(busy);
    }
}
