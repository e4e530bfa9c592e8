package io.edgeagent.conductor;

import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.Backoff;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the modules' identities: known ones from the disk at once, new ones from the hub when it can be had. */
final class IdentityRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityRoom.class);

    private final Identities identities;
    private final ModuleSockets sockets;
    private final StateStore store;
    private final Clock clock;
    private final RandomGenerator random;
    private final Consumer<Event> events;
    private final Worker worker = new Worker("identity");
    private Map<String, ModuleIdentity> known = Map.of();
    private Optional<Problem> problem = Optional.empty();
    private boolean socketsOpen;
    private boolean underWay;
    private int failures;
    private long notBefore;

    IdentityRoom(
            Identities identities,
            ModuleSockets sockets,
            StateStore store,
            Clock clock,
            RandomGenerator random,
            Consumer<Event> events) {
        this.identities = identities;
        this.sockets = sockets;
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.notBefore = clock.nanos();
    }

    void restore() {
        known = Map.copyOf(store.identities());
        socketsOpen = sockets.follow(known.values());
    }

    Map<String, ModuleIdentity> known() {
        return known;
    }

    Optional<Problem> problem() {
        return problem;
    }

    /** Asks the hub where the deployment's modules and the known identities differ. */
    void follow(Deployment deployment) {
        if (!socketsOpen) {
            socketsOpen = sockets.follow(known.values());
        }
        Set<String> wanted = deployment.modules().keySet();
        if (known.keySet().equals(wanted)) {
            problem = Optional.empty();
        }
        if (underWay || known.keySet().equals(wanted) || clock.nanos() < notBefore) {
            return;
        }
        Map<String, ModuleIdentity> before = known;
        Set<String> modules = new TreeSet<>(wanted);
        underWay = worker.submit(() -> {
            try {
                events.accept(new Event.IdentitiesReady(identities.reconcile(modules, before)));
            } catch (RuntimeException e) {
                events.accept(new Event.IdentitiesFailed(ProblemException.of(e)));
            }
        });
    }

    /** The hub is there again: no need to wait longer. */
    void retryNow() {
        notBefore = clock.nanos();
    }

    void ready(Map<String, ModuleIdentity> identities) {
        underWay = false;
        failures = 0;
        problem = Optional.empty();
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

    void failed(Problem reason) {
        underWay = false;
        if (!problem.equals(Optional.of(reason))) {
            LOG.warn("event=identities_failed code={} reason=\"{}\"", reason.code(), reason.text());
        }
        problem = Optional.of(reason);
        notBefore = clock.nanos()
                + Backoff.RETRY.after(failures++, random.nextDouble()).toNanos();
    }

    long nextWake() {
        return problem.isPresent() && !underWay ? Math.max(notBefore, clock.nanos()) : Long.MAX_VALUE;
    }

    @Override
    public void close() {
        worker.close();
    }
}
