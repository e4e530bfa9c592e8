package io.edgeagent.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.DesiredInForce;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RefusedDeployment;
import io.edgeagent.protocol.TwinPatch;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the desired properties: what the hub said last, and the last deployment that was good, which stays in force while the
 * hub's is not.
 */
public final class DesiredState {
    private static final Logger LOG = LoggerFactory.getLogger(DesiredState.class);

    private static final List<String> WHOLE = List.of("schemaVersion", "runtime", "systemModules");

    private static final int MAX_ASKED_AGAIN = 5;

    private final DesiredStore store;
    private final ParentHost parent;
    private final SavedState<ObjectNode> saved;
    // what the hub said in this session of the link; without a session there is nothing to merge a patch into
    private Optional<ObjectNode> twin = Optional.empty();
    private Optional<DesiredInForce> inForce = Optional.empty();
    private Optional<DeploymentStatus> refused = Optional.empty();
    private boolean inSession;
    private long heard;
    private int askedAgain;
    private long version;
    private boolean confirmed;

    /**
     * @param parent that {@code $upstream} stands for
     * @param disk where writes happen
     */
    public DesiredState(DesiredStore store, ParentHost parent, Executor disk, Clock clock) {
        this.store = store;
        this.parent = parent;
        this.saved = new SavedState<>("the deployment", store::saveLastGoodDesired, disk, clock);
    }

    /** Takes up the deployment that was good before the last end of the agent. */
    public void restore() {
        store.lastGoodDesired().ifPresent(desired -> {
            saved.restored(desired);
            try {
                inForce = Optional.of(DesiredInForce.of(desired, Optional.empty(), parent));
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

    /** The link is down. What the hub says next belongs to another session, whose versions may begin anew. */
    public void linkLost() {
        inSession = false;
        heard = 0;
        askedAgain = 0;
    }

    /**
     * The whole desired section, as it was when the hub read it. Within a session versions only grow: one that is older than what is
     * known was read before a patch that came first.
     *
     * @return false where the whole section must be fetched again, because a newer version was heard of
     */
    public boolean accept(ObjectNode desired) {
        long read = versionOf(desired, 0);
        if (inSession && read < version) {
            LOG.info("event=older_twin_ignored version={} known={}", read, version);
            return true;
        }
        inSession = true;
        take(desired);
        // a hub that goes on answering with an old version is not asked for ever
        return heard <= version || ++askedAgain > MAX_ASKED_AGAIN;
    }

    /**
     * A patch to it; false where the whole section must be fetched: one before it was missed, or it looks like a replacement.
     * When the portal replaces the section, the hub sends the new content, and nothing in it says what is gone.
     */
    public boolean acceptPatch(ObjectNode patch) {
        long patched = versionOf(patch, -1);
        if (!inSession) {
            // the whole section of this session is on its way
            heard = Math.max(heard, patched);
            return true;
        }
        if (patched >= 0 && patched <= version) {
            return true;
        }
        heard = Math.max(heard, patched);
        if (twin.isEmpty() || patched != version + 1 || WHOLE.stream().allMatch(patch::has)) {
            return false;
        }
        take(TwinPatch.merge(twin.get(), patch));
        return true;
    }

    private static long versionOf(ObjectNode section, long otherwise) {
        return section.path(TwinPatch.VERSION).asLong(otherwise);
    }

    private void take(ObjectNode desired) {
        twin = Optional.of(desired);
        version = versionOf(desired, 0);
        try {
            DesiredInForce now = DesiredInForce.of(desired, inForce, parent);
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
                saved.keep(now.json().deepCopy());
            }
        } catch (RefusedDeployment e) {
            refuse(e.status());
        } catch (RuntimeException | StackOverflowError e) {
            // nothing that a manifest holds may end more than this manifest
            LOG.error("event=deployment_not_understood version={}", version, e);
            refuse(DeploymentStatus.formatError("the manifest cannot be understood: "
                    + ProblemException.of(e).text()));
        }
    }

    private void refuse(DeploymentStatus reason) {
        boolean said = refused.equals(Optional.of(reason));
        refused = Optional.of(reason);
        if (!said) {
            LOG.warn(
                    "event=deployment_refused version={} code={} reason=\"{}\"",
                    version,
                    reason.code(),
                    reason.description());
        }
    }

    /** The write of the deployment. */
    public SavedState<ObjectNode> saved() {
        return saved;
    }

    public Optional<Deployment> deployment() {
        return inForce.map(DesiredInForce::deployment);
    }

    /** Whether the hub has spoken of the deployment in this life of the agent: what the disk had may be older than what runs. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /** The desired section as the hub said it last, or as it is in force where it has not spoken. It may hold secrets. */
    public Optional<ObjectNode> section() {
        return twin.or(() -> inForce.map(DesiredInForce::json));
    }

    /** The version that the hub spoke of last. */
    public long version() {
        return version;
    }

    /** Why the hub's latest desired properties are not followed. */
    public Optional<DeploymentStatus> refusal() {
        return refused;
    }
}
