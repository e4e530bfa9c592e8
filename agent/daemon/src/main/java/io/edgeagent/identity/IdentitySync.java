package io.edgeagent.identity;

import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.runtime.Backoff;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.runtime.Workers;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    // a link that comes and goes must not list the registry each time it comes
    private static final Backoff FLAPPING = new Backoff(Duration.ofMinutes(2), Duration.ofHours(1), 0.3);
    private static final Duration LASTING = Duration.ofMinutes(10);
    // as IoT Edge waits
    private static final Backoff THROTTLED = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(5), 0.2);

    private final Identities identities;
    private final ModuleSockets sockets;
    private final IdentityStore store;
    private final Clock clock;
    private final RandomGenerator random;
    private final Executor loop;
    private final Workers worker;
    private final SavedState<Map<String, ModuleIdentity>> saved;
    private Map<String, ModuleIdentity> known = Map.of();
    private Optional<Problem> problem = Optional.empty();
    private Optional<Problem> said = Optional.empty();
    private long verifyAt = Long.MAX_VALUE;
    // of the known identities; a container mounts the folder of its socket, so they are seen to first
    private boolean socketsTried;
    private boolean socketsOpen;
    private int socketFailures;
    private long socketsAt;
    private Set<String> folders = Set.of();
    private boolean underWay;
    private boolean follows;
    private int failures;
    private Map<String, Problem> failed = Map.of();
    private int flaps;
    private long upSince;
    private long notBefore;

    public IdentitySync(
            Identities identities,
            ModuleSockets sockets,
            IdentityStore store,
            Clock clock,
            RandomGenerator random,
            Executor loop,
            Executor disk) {
        this.identities = identities;
        this.sockets = sockets;
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.loop = loop;
        this.notBefore = clock.nanos();
        this.socketsAt = clock.nanos();
        this.worker = new Workers("identity", 1, clock);
        this.saved = new SavedState<>("module identities", store::saveIdentities, disk, clock);
    }

    public void restore() {
        known = Map.copyOf(store.identities());
        saved.restored(known);
        openSockets();
    }

    /** Whether the sockets of the known identities were seen to, so that containers can be made and started. */
    public boolean isReady() {
        return socketsTried;
    }

    /** Opens what is not open yet. The worker does one thing after the other, so no folder goes that comes. */
    private void openSockets() {
        Set<ModuleIdentity> wanted = Set.copyOf(known.values());
        underWay = worker.submit(() -> {
            boolean open = follow(wanted);
            loop.execute(() -> {
                underWay = false;
                socketsTried(open);
            });
        });
    }

    /** On the worker. */
    private boolean follow(Collection<ModuleIdentity> wanted) {
        return Attempt.of(() -> sockets.follow(wanted), problem -> {
            LOG.error("event=sockets_failed reason=\"{}\"", problem.text());
            return false;
        });
    }

    private void socketsTried(boolean open) {
        socketsTried = true;
        socketsOpen = open;
        socketFailures = open ? 0 : socketFailures + 1;
        socketsAt = clock.nanos()
                + Backoff.RETRY
                        .after(Math.max(0, socketFailures - 1), random.nextDouble())
                        .toNanos();
    }

    public Map<String, ModuleIdentity> known() {
        return known;
    }

    public Optional<Problem> problem() {
        return problem;
    }

    /**
     * Asks the hub where the deployment's modules and the known identities differ, and now and then whether they still hold.
     *
     * @param confirmed the hub has said that the deployment is its newest; before that no identity is deleted
     * @param staying modules that run on although the deployment does not name them: they keep their identity
     */
    public void follow(Deployment deployment, boolean confirmed, Set<String> staying) {
        Set<String> wanted = wanted(deployment);
        staying.stream().filter(known::containsKey).forEach(wanted::add);
        if (!confirmed) {
            // a newer deployment may need them, and a new identity has other keys
            wanted.addAll(known.keySet());
        }
        follows = true;
        boolean complete = known.keySet().equals(wanted);
        if (complete) {
            // no module waits for what is wrong with the hub
            problem = Optional.empty();
            failed = Map.of();
        }
        if (underWay) {
            return;
        }
        if (clock.nanos() < waitFor(wanted) || (complete && clock.nanos() < verifyAt)) {
            if (!socketsOpen && clock.nanos() >= socketsAt) {
                openSockets();
            }
            return;
        }
        Map<String, ModuleIdentity> before = known;
        Set<String> modules = Set.copyOf(wanted);
        underWay = worker.submit(() -> Attempt.run(
                () -> {
                    Identities.Outcome outcome = identities.reconcile(modules, before);
                    // before anybody knows of them
                    boolean open = follow(outcome.ready().values());
                    loop.execute(() -> ended(outcome, open));
                },
                reason -> loop.execute(() -> failed(reason))));
    }

    /** One whose entry has a fault keeps the identity that it has. */
    private Set<String> wanted(Deployment deployment) {
        Set<String> wanted = new TreeSet<>(deployment.names());
        wanted.removeIf(name -> !deployment.modules().containsKey(name) && !known.containsKey(name));
        return wanted;
    }

    /** A module that was not asked for before does not wait for those that the hub refused. */
    private long waitFor(Set<String> wanted) {
        boolean isNew = problem.isEmpty()
                && wanted.stream().anyMatch(module -> !known.containsKey(module) && !failed.containsKey(module));
        return isNew && !failed.isEmpty() ? clock.nanos() : notBefore;
    }

    /** Modules that have no identity because the hub does not take them, with what it said. */
    public Map<String, Problem> refusals() {
        Map<String, Problem> refusals = new TreeMap<>(failed);
        refusals.keySet().removeAll(known.keySet());
        return refusals;
    }

    /** The write of the identities. */
    public SavedState<Map<String, ModuleIdentity>> saved() {
        return saved;
    }

    /** Takes away folders of sockets of modules that have neither an identity nor one of these containers. */
    public void keepFolders(Set<String> modulesWithContainers) {
        Set<String> needed = new TreeSet<>(modulesWithContainers);
        needed.addAll(known.keySet());
        if (underWay || needed.equals(folders)) {
            return;
        }
        underWay = worker.submit(() -> {
            Attempt.run(
                    () -> sockets.keepOnly(needed),
                    problem -> LOG.warn("event=workload_folder_not_removed reason=\"{}\"", problem.text()));
            loop.execute(() -> underWay = false);
        });
        if (underWay) {
            folders = needed;
        }
    }

    /**
     * The hub is there again: no need to wait longer, and somebody may have changed identities there. Changing them cuts the link
     * once, so the first short link does not count. Each further link that did not last is trusted less.
     */
    public void linkUp() {
        upSince = clock.nanos();
        long wait =
                flaps <= 1 ? 0 : FLAPPING.after(flaps - 2, random.nextDouble()).toNanos();
        verifyAt = clock.nanos() + wait;
        if (flaps <= 1) {
            notBefore = clock.nanos();
        }
    }

    public void linkLost() {
        if (verifyAt == Long.MAX_VALUE) {
            // it was not up
            return;
        }
        boolean lasted = clock.nanos() - upSince >= LASTING.toNanos();
        flaps = lasted ? 0 : flaps + 1;
        verifyAt = Long.MAX_VALUE;
    }

    private void ended(Identities.Outcome outcome, boolean open) {
        underWay = false;
        socketsTried(open);
        failed = Map.copyOf(outcome.failed());
        if (failed.isEmpty()) {
            failures = 0;
            problem = Optional.empty();
            said = Optional.empty();
        } else {
            Problem first = failed.values().iterator().next();
            boolean all = failed.values().stream().distinct().count() == 1
                    && outcome.ready().isEmpty();
            say(
                    all
                            ? first
                            : new Problem(
                                    first.code(),
                                    String.join(", ", new TreeSet<>(failed.keySet())) + ": " + first.text()));
            problem = all ? said : Optional.empty();
            waitAfter(first);
        }
        if (verifyAt != Long.MAX_VALUE) {
            verifyAt = clock.nanos() + VERIFY.after(0, random.nextDouble()).toNanos();
        }
        if (known.equals(outcome.ready())) {
            return;
        }
        known = Map.copyOf(outcome.ready());
        saved.keep(known);
        LOG.info("event=identities_ready modules={}", known.size());
    }

    private void failed(Problem reason) {
        underWay = false;
        say(reason);
        problem = said;
        waitAfter(reason);
    }

    private void say(Problem reason) {
        if (!said.equals(Optional.of(reason))) {
            LOG.warn("event=identities_failed code={} reason=\"{}\"", reason.code(), reason.text());
        }
        said = Optional.of(reason);
    }

    private void waitAfter(Problem reason) {
        Backoff backoff = reason.code() == ErrorCode.HUB_THROTTLED ? THROTTLED : Backoff.RETRY;
        notBefore =
                clock.nanos() + backoff.after(failures++, random.nextDouble()).toNanos();
    }

    public long nextWake() {
        boolean again = problem.isPresent() || !failed.isEmpty();
        boolean wanted = again || (follows && verifyAt != Long.MAX_VALUE);
        if (underWay) {
            return Long.MAX_VALUE;
        }
        long sockets = follows && !socketsOpen ? socketsAt : Long.MAX_VALUE;
        return wanted
                ? Math.min(sockets, Math.max(clock.nanos(), again ? notBefore : Math.max(notBefore, verifyAt)))
                : sockets;
    }

    @Override
    public void close() {
        worker.close();
    }
}
