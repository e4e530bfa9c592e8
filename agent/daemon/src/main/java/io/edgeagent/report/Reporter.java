package io.edgeagent.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.protocol.TwinPatch;
import io.edgeagent.runtime.Backoff;
import io.edgeagent.runtime.Clock;
import io.edgeagent.twin.CloudLink;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what changed since the hub's last copy, one patch at a time. */
public final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

    private final CloudLink link;
    private final Clock clock;
    private Optional<ObjectNode> inHub = Optional.empty();
    private Optional<ObjectNode> underWay = Optional.empty();
    private int failures;
    private long notBefore;

    public Reporter(CloudLink link, Clock clock) {
        this.link = link;
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** What the hub holds; before the first twin nothing is sent. */
    public void hubHolds(ObjectNode reported) {
        ObjectNode copy = reported.deepCopy();
        copy.remove(List.of(TwinPatch.VERSION, TwinPatch.METADATA));
        inHub = Optional.of(copy);
        underWay = Optional.empty();
    }

    public void linkLost() {
        inHub = Optional.empty();
        underWay = Optional.empty();
    }

    /** Sends the difference, unless a patch is under way or the hub asked for patience. */
    public void report(ReportedState state) {
        if (inHub.isEmpty() || underWay.isPresent() || clock.nanos() < notBefore) {
            return;
        }
        ObjectNode patch = TwinPatch.diff(inHub.get(), state.toJson());
        if (patch.isEmpty()) {
            // the change that could not be sent has been undone since
            failures = 0;
        } else {
            underWay = Optional.of(patch);
            link.report(patch);
        }
    }

    public void reported() {
        failures = 0;
        underWay.ifPresent(patch ->
                inHub = Optional.of(TwinPatch.merge(inHub.orElseGet(JsonNodeFactory.instance::objectNode), patch)));
        underWay = Optional.empty();
    }

    public void failed(Problem reason) {
        notBefore = clock.nanos() + Backoff.RETRY.after(failures++, 0).toNanos();
        underWay = Optional.empty();
        LOG.warn("event=report_failed code={} reason=\"{}\"", reason.code(), reason.text());
    }

    /** The reported properties that the hub holds; empty without a hub. */
    public Optional<ObjectNode> inHub() {
        return inHub;
    }

    /** Of the deployment that was wholly applied, if that is the last that the hub was told, by whichever agent. */
    public Optional<Long> appliedVersion() {
        return inHub.filter(known ->
                        known.path("lastDesiredStatus").path("code").asInt() == DeploymentStatus.SUCCESS.code())
                .map(known -> known.path("lastDesiredVersion").asLong());
    }

    /** Whether there is a hub to report to. */
    public boolean canReport() {
        return inHub.isPresent();
    }

    public boolean isIdle() {
        return underWay.isEmpty();
    }

    /** When a failed report is to be tried again. */
    public OptionalLong wakeAt() {
        return failures > 0 && inHub.isPresent() && underWay.isEmpty()
                ? OptionalLong.of(notBefore)
                : OptionalLong.empty();
    }
}
