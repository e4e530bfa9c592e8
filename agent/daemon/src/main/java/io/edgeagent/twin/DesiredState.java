package io.edgeagent.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.DesiredInForce;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RefusedDeployment;
import io.edgeagent.protocol.TwinPatch;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the desired properties: what the hub said last, and the last deployment that was good, which stays in force while the
 * hub's is not.
 */
public final class DesiredState {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredState.class);

    private static final List<String> WHOLE = List.of("schemaVersion", "runtime", "systemModules");

    private final DesiredStore store;
    private Optional<ObjectNode> twin = Optional.empty();
    private Optional<DesiredInForce> inForce = Optional.empty();
    private Optional<RefusedDeployment> refused = Optional.empty();
    private long version;
    private boolean confirmed;

    public DesiredState(DesiredStore store) {
        this.store = store;
    }

    /** Takes up the deployment that was good before the last end of the agent. */
    public void restore() {
        store.lastGoodDesired().ifPresent(desired -> {
            try {
                inForce = Optional.of(DesiredInForce.of(desired, Optional.empty()));
                Deployment restored = inForce.get().deployment();
                version = restored.version();
                LOG.info(
                        "event=deployment_restored version={} modules={}",
                        version,
                        restored.modules().size());
            } catch (RefusedDeployment e) {
                LOG.warn("event=stored_deployment_refused reason=\"{}\"", e.getMessage());
            }
        });
    }

    /** The whole desired section, as the hub has it now. */
    public void accept(ObjectNode desired) {
        twin = Optional.of(desired);
        version = desired.path(TwinPatch.VERSION).asLong(0);
        try {
            DesiredInForce now = DesiredInForce.of(desired, inForce);
            boolean changed = !deployment().equals(Optional.of(now.deployment()));
            inForce = Optional.of(now);
            refused = Optional.empty();
            confirmed = true;
            if (changed) {
                LOG.info(
                        "event=deployment_received version={} modules={}",
                        version,
                        now.deployment().modules().size());
                now.deployment()
                        .faults()
                        .forEach((module, fault) -> LOG.warn(
                                "event=module_entry_refused version={} module={} reason=\"{}\"",
                                version,
                                module,
                                fault.text()));
                save(now.json());
            }
        } catch (RefusedDeployment e) {
            refused = Optional.of(e);
            LOG.warn(
                    "event=deployment_refused version={} code={} reason=\"{}\"",
                    version,
                    e.status().code(),
                    e.getMessage());
        }
    }

    /**
     * A patch to it; false where the whole section must be fetched: one before it was missed, or it looks like a replacement.
     * When the portal replaces the section, the hub sends the new content, and nothing in it says what is gone.
     */
    public boolean acceptPatch(ObjectNode patch) {
        boolean next = patch.path(TwinPatch.VERSION).asLong(-1) == version + 1;
        if (twin.isEmpty() || !next || WHOLE.stream().allMatch(patch::has)) {
            return false;
        }
        accept(TwinPatch.merge(twin.get(), patch));
        return true;
    }

    public Optional<Deployment> deployment() {
        return inForce.map(DesiredInForce::deployment);
    }

    /** Whether the hub has spoken of the deployment in this life of the agent: what the disk had may be older than what runs. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /** The version that the hub spoke of last. */
    public long version() {
        return version;
    }

    /** Why the hub's latest desired properties are not followed. */
    public Optional<DeploymentStatus> refusal() {
        return refused.map(RefusedDeployment::status);
    }

    private void save(ObjectNode desired) {
        try {
            store.saveLastGoodDesired(desired);
        } catch (ProblemException e) {
            // it is followed all the same; after a power cut the one before it would be
            LOG.error("event=deployment_not_saved reason=\"{}\"", e.problem());
        }
    }
}
