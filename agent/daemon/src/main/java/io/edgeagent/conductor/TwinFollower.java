package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.IdentitySync;
import io.edgeagent.model.Problem;
import io.edgeagent.report.Reporter;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.DesiredState;
import io.edgeagent.twin.LinkHistory;
import io.edgeagent.twin.MethodAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the hub says, brought from the link's threads to the conductor's. */
final class TwinFollower implements CloudLink.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(TwinFollower.class);

    private final Executor loop;
    private final CloudLink link;
    private final DesiredState desired;
    private final Reporter reporter;
    private final IdentitySync identities;
    private final BiFunction<String, String, CompletableFuture<MethodAnswer>> methods;
    private final LinkHistory history;
    private final AgentMetrics metrics;
    private Optional<Problem> problem = Optional.empty();

    /** @param methods answers a direct method by its name and payload */
    TwinFollower(
            Executor loop,
            CloudLink link,
            DesiredState desired,
            Reporter reporter,
            IdentitySync identities,
            LinkHistory history,
            AgentMetrics metrics,
            BiFunction<String, String, CompletableFuture<MethodAnswer>> methods) {
        this.loop = loop;
        this.link = link;
        this.desired = desired;
        this.reporter = reporter;
        this.identities = identities;
        this.history = history;
        this.metrics = metrics;
        this.methods = methods;
    }

    /** Why the link is down; empty while it is up, and before it was ever tried. On the conductor's thread. */
    Optional<Problem> problem() {
        return problem;
    }

    @Override
    public void twinReceived(ObjectNode twinDesired, ObjectNode twinReported) {
        loop.execute(() -> {
            boolean isUp = problem.isEmpty() && reporter.canReport();
            problem = Optional.empty();
            metrics.synced();
            reporter.hubHolds(twinReported);
            if (!desired.accept(twinDesired)) {
                link.requestTwin();
            }
            // a twin that was requested again does not mean a new link
            if (!isUp) {
                identities.linkUp();
                history.up();
            }
        });
    }

    @Override
    public void desiredPatched(ObjectNode patch) {
        loop.execute(() -> {
            metrics.synced();
            if (!desired.acceptPatch(patch)) {
                link.requestTwin();
            }
        });
    }

    @Override
    public void linkLost(Problem said) {
        loop.execute(() -> {
            metrics.notSynced();
            reporter.linkLost();
            desired.linkLost();
            identities.linkLost();
            Problem reason = history.lost(said);
            // tried every minute, for days maybe: said once
            if (!problem.equals(Optional.of(reason))) {
                LOG.warn("event=link_lost code={} reason=\"{}\"", reason.code(), reason.text());
            }
            problem = Optional.of(reason);
        });
    }

    @Override
    public void reported() {
        loop.execute(reporter::reported);
    }

    @Override
    public void reportFailed(Problem reason) {
        loop.execute(() -> reporter.failed(reason));
    }

    @Override
    public CompletableFuture<MethodAnswer> methodCalled(String method, String payload) {
        loop.execute(() -> metrics.called(method));
        return methods.apply(method, payload);
    }
}
