package io.edgeagent.identity;

import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.runtime.Backoff;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the modules' identities: known ones from the disk at once, new ones from the hub when it can be had. */
public final class IdentitySync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentitySync.class);

    // identities that were deleted or got other keys in the hub; a hub allows 100 such calls a minute to all its
    // devices
    private static final Backoff VERIFY = new Backoff(Duration.ofHours(1), Duration.ofHours(1), 0.3);
    // as IoT Edge waits
    private static final Backoff THROTTLED = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(5), 0.2);

    private final Identities identities;
    private final ModuleSockets sockets;
    private final IdentityStore store;
    private final Clock clock;
    private final RandomGenerator random;
    private final Executor loop;
    private final Worker worker = new Worker("identity");
    private Map<String, ModuleIdentity> known = Map.of();
    private Optional<Problem> problem = Optional.empty();
    private Optional<Problem> said = Optional.empty();
    private long verifyAt = Long.MAX_VALUE;
    private boolean socketsOpen;
    private boolean underWay;
    private boolean follows;
    private int failures;
    private long notBefore;

    public IdentitySync(
            Identities identities,
            ModuleSockets sockets,
            IdentityStore store,
            Clock clock,
            RandomGenerator random,
            Executor loop) {
        this.identities = identities;
        this.sockets = sockets;
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.loop = loop;
        this.notBefore = clock.nanos();
    }

    public void restore() {
        known = Map.copyOf(store.identities());
        socketsOpen = sockets.follow(known.values());
    }

    public Map<String, ModuleIdentity> known() {
        return known;
    }

    public Optional<Problem> problem() {
        return problem;
    }

    /** Asks the hub where the deployment's modules and the known identities differ, and now and then whether they still hold. */
    public void follow(Deployment deployment) {
        if (!socketsOpen) {
            socketsOpen = sockets.follow(known.values());
        }
        Set<String> wanted = wanted(deployment);
        follows = true;
        boolean complete = known.keySet().equals(wanted);
        if (complete) {
            // no module waits for what is wrong with the hub
            problem = Optional.empty();
        }
        if (underWay || clock.nanos() < notBefore || (complete && clock.nanos() < verifyAt)) {
            return;
        }
        Map<String, ModuleIdentity> before = known;
        Set<String> modules = Set.copyOf(wanted);
        underWay = worker.submit(() -> {
            try {
                Map<String, ModuleIdentity> found = identities.reconcile(modules, before);
                loop.execute(() -> ready(found));
            } catch (RuntimeException e) {
                loop.execute(() -> failed(ProblemException.of(e)));
            }
        });
    }

    /** One whose entry has a fault keeps the identity that it has. */
    private Set<String> wanted(Deployment deployment) {
        Set<String> wanted = new TreeSet<>(deployment.names());
        wanted.removeIf(name -> !deployment.modules().containsKey(name) && !known.containsKey(name));
        return wanted;
    }

    /** The hub is there again: no need to wait longer, and somebody may have changed identities there. */
    public void linkUp() {
        notBefore = clock.nanos();
        verifyAt = clock.nanos();
    }

    public void linkLost() {
        verifyAt = Long.MAX_VALUE;
    }

    private void ready(Map<String, ModuleIdentity> identities) {
        underWay = false;
        failures = 0;
        problem = Optional.empty();
        said = Optional.empty();
        if (verifyAt != Long.MAX_VALUE) {
            verifyAt = clock.nanos() + VERIFY.after(0, random.nextDouble()).toNanos();
        }
        if (known.equals(identities)) {
            return;
        }
        known = Map.copyOf(identities);
        // a container mounts the folder of its socket
        socketsOpen = sockets.follow(known.values());
        try {
            store.saveIdentities(new HashMap<>(known));
        } catch (ProblemException e) {
            LOG.error("event=identities_not_saved reason=\"{}\"", e.problem());
        }
        LOG.info("event=identities_ready modules={}", known.size());
    }

    private void failed(Problem reason) {
        underWay = false;
        if (!said.equals(Optional.of(reason))) {
            LOG.warn("event=identities_failed code={} reason=\"{}\"", reason.code(), reason.text());
        }
        said = Optional.of(reason);
        problem = said;
        Backoff backoff = reason.code() == ErrorCode.HUB_THROTTLED ? THROTTLED : Backoff.RETRY;
        notBefore =
                clock.nanos() + backoff.after(failures++, random.nextDouble()).toNanos();
    }

    public long nextWake() {
        boolean wanted = problem.isPresent() || (follows && verifyAt != Long.MAX_VALUE);
        if (underWay || !wanted) {
            return Long.MAX_VALUE;
        }
        return Math.max(clock.nanos(), problem.isPresent() ? notBefore : Math.max(notBefore, verifyAt));
    }

    @Override
    public void close() {
        worker.close();
    }
}
