package io.edgeagent.reconcile;

import io.edgeagent.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to do now. Steps of one module are done in their order and the rest of them dropped when one fails; then it is planned
 * again from what the engine shows.
 *
 * @param steps in the order in which they are to begin
 * @param rejected modules whose update did not prove itself, to be remembered on the disk before the next plan goes back
 * @param failed modules that could not be planned, with what went wrong: nothing is done to them
 * @param unsettled modules that are not yet as the deployment wants them, for whatever reason
 * @param peaceful modules for which nothing is to be done, so that what failed before counts no longer
 * @param disturbed modules whose container is up and is stopped for the deployment's sake, not for its own
 * @param waiting modules whose container is up and must not be stopped just now, with what they wait for
 * @param wakeAt when something falls due by itself, on the monotonic clock
 */
public record Plan(
        List<Step> steps,
        Map<String, Problem> rejected,
        Map<String, Problem> failed,
        Set<String> unsettled,
        Set<String> peaceful,
        Set<String> disturbed,
        Map<String, String> waiting,
        OptionalLong wakeAt) {
    public Plan {
        steps = List.copyOf(steps);
        rejected = Map.copyOf(rejected);
        failed = Map.copyOf(failed);
        unsettled = Set.copyOf(unsettled);
        peaceful = Set.copyOf(peaceful);
        disturbed = Set.copyOf(disturbed);
        waiting = Map.copyOf(waiting);
    }
}
