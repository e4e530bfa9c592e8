package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.cloud.MethodResult;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Problem;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.Step;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the conductor is told by its workers and by the link. */
sealed interface Event {

    record TwinReceived(ObjectNode desired, ObjectNode reported) implements Event {}

    record DesiredPatched(ObjectNode patch) implements Event {}

    record LinkLost(Problem reason) implements Event {}

    record Reported() implements Event {}

    record ReportFailed(Problem reason) implements Event {}

    record MethodCalled(String name, String payload, CompletableFuture<MethodResult> answer) implements Event {}

    record StatusAsked(CompletableFuture<ObjectNode> answer) implements Event {}

    /** A container changed, or the watch for changes ended. */
    record EngineChanged(boolean watchLost) implements Event {}

    record ContainersListed(EngineInfo engine, List<Container> containers) implements Event {}

    record ListingFailed(Problem reason) implements Event {}

    record StepDone(Step step, String fingerprint) implements Event {}

    record StepFailed(Step step, String fingerprint, Problem reason) implements Event {}

    /** All steps of a module's job are done, or the rest of them was dropped. */
    record JobEnded(String module) implements Event {}

    record IdentitiesReady(Map<String, ModuleIdentity> identities) implements Event {}

    record IdentitiesFailed(Problem reason) implements Event {}

    record DevicesChanged() implements Event {}

    record Stop() implements Event {}
}
