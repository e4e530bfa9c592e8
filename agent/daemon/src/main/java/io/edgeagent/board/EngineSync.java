package io.edgeagent.board;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.ImageKeeper;
import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.LogCap;
import io.edgeagent.reconcile.Step;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dealings with the engine: when to list, what runs on which worker, and whether the engine is there at all. All methods are
 * called on the loop's thread, and none of them waits for the engine.
 */
public final class EngineSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineSync.class);
    /** So many modules are stopped, created or started at once; RATIONALE has what it costs. */
    private static final int SIDE_BY_SIDE = 4;

    private final ContainerEngine engine;
    private final Clock clock;
    private final Duration poll;
    private final Executor loop;
    private final Listener listener;
    private final ImageKeeper images;
    private final StepRunner steps;
    // each has threads of its own: neither a long stop nor a slow registry keeps the board from being looked at
    private final Workers listings;
    private final Workers operations;
    private final Workers pulls;
    private final AtomicBoolean changeAnnounced = new AtomicBoolean();
    // the listing worker's
    private volatile Optional<ContainerEngine.Watch> watch = Optional.empty();
    private volatile boolean watchIsDead;
    private Optional<EngineInfo> info = Optional.empty();
    private Optional<Problem> problem = Optional.empty();
    private boolean listing;
    private boolean changed = true;
    private boolean everListed;
    private boolean lostWatch;
    private long nextPoll;
    private long lastAnswer;
    private long wakeAt;

    /** Told on the loop's thread. */
    public interface Listener extends StepRunner.Results {
        /**
         * @param life which life of the engine shows them; empty if the engine does not tell
         * @param engineWasAway the engine did not answer since the listing before
         * @param askedAt on the monotonic clock: what happened later may not be in it
         */
        void listed(List<Container> containers, String life, boolean engineWasAway, long askedAt);
    }

    public EngineSync(
            ContainerEngine engine,
            ContainerRecipe recipe,
            ImageKeeper images,
            Optional<LogCap> logs,
            Clock clock,
            Duration poll,
            Executor loop,
            Listener listener) {
        this.engine = engine;
        this.clock = clock;
        this.poll = poll;
        this.loop = loop;
        this.listener = listener;
        this.images = images;
        this.steps = new StepRunner(engine, recipe, images, logs, onLoop());
        this.listings = new Workers("listing", 1, clock);
        this.operations = new Workers("engine", SIDE_BY_SIDE, clock);
        this.pulls = new Workers("pull", 1, clock);
        this.lastAnswer = clock.nanos();
        this.nextPoll = clock.nanos();
        this.wakeAt = Long.MAX_VALUE;
    }

    private void ended(String module) {
        listener.ended(module);
        changed(false);
    }

    /** What the runner tells on a worker, told on the loop's thread. */
    private StepRunner.Results onLoop() {
        return new StepRunner.Results() {
            @Override
            public void done(Step step, String fingerprint, Optional<Problem> outdated) {
                loop.execute(() -> listener.done(step, fingerprint, outdated));
            }

            @Override
            public void took(Step step, Duration time) {
                loop.execute(() -> listener.took(step, time));
            }

            @Override
            public void pulling(String module, String progress) {
                loop.execute(() -> listener.pulling(module, progress));
            }

            @Override
            public void failed(Step step, String fingerprint, Problem reason) {
                loop.execute(() -> listener.failed(step, fingerprint, reason));
            }

            @Override
            public void ended(String module) {
                loop.execute(() -> EngineSync.this.ended(module));
            }
        };
    }

    /** The picture may be out of date. */
    private void changed(boolean watchLost) {
        changed = true;
        changeAnnounced.set(false);
        if (watchLost) {
            lostWatch = true;
            watchIsDead = true;
        }
    }

    /** Lists the containers when something changed or the poll is due. */
    public void refreshIfDue() {
        if (listing || !(changed || clock.nanos() >= nextPoll)) {
            return;
        }
        // after a failed listing only the poll tries again
        if (problem.isPresent() && clock.nanos() < nextPoll) {
            return;
        }
        changed = false;
        nextPoll = clock.nanos() + poll.toNanos();
        listing = listings.submit(() -> Attempt.run(this::list, reason -> loop.execute(() -> listingFailed(reason))));
    }

    private void list() {
        if (watchIsDead) {
            watchIsDead = false;
            closeWatch();
        }
        EngineInfo found = engine.info();
        long askedAt = clock.nanos();
        List<Container> containers = engine.containers();
        // asked last: what was listed before a good answer did not end with the engine
        String life = engine.life();
        boolean watchBegins = watch.isEmpty() && openWatch();
        loop.execute(() -> {
            listener.listed(containers, life, listed(found), askedAt);
            // what happened between the listing and the watch
            changed |= watchBegins;
        });
    }

    private boolean openWatch() {
        try {
            watch = Optional.of(engine.watch(this::announceChange, () -> loop.execute(() -> changed(true))));
            return true;
        } catch (ProblemException e) {
            LOG.warn("event=engine_watch_failed reason=\"{}\"", e.problem());
            return false;
        }
    }

    private void closeWatch() {
        watch.ifPresent(ContainerEngine.Watch::close);
        watch = Optional.empty();
    }

    /** Takes note of a listing; true if the engine was away since the one before. */
    private boolean listed(EngineInfo engineInfo) {
        boolean wasAway = everListed && (problem.isPresent() || lostWatch);
        lostWatch = false;
        listing = false;
        lastAnswer = clock.nanos();
        everListed = true;
        if (info.isEmpty() || problem.isPresent() || !info.get().equals(engineInfo)) {
            LOG.info(
                    "event=engine_found name={} version={} api={} arch={}",
                    engineInfo.name(),
                    engineInfo.version(),
                    engineInfo.apiVersion(),
                    engineInfo.architecture());
        }
        info = Optional.of(engineInfo);
        problem = Optional.empty();
        return wasAway;
    }

    private void listingFailed(Problem reason) {
        listing = false;
        lastAnswer = clock.nanos();
        if (problem.isEmpty()) {
            LOG.warn("event=engine_away code={} reason=\"{}\"", reason.code(), reason.text());
        }
        problem = Optional.of(reason);
    }

    /** Whether the picture of the board is good enough to plan on. */
    public boolean isCurrent() {
        return everListed && !listing && !changed && problem.isEmpty();
    }

    public Optional<Problem> problem() {
        return problem;
    }

    public String architecture() {
        return info.map(EngineInfo::architecture).orElse(System.getProperty("os.arch"));
    }

    /** Keeps the images of this deployment, and looks after the others now and then. */
    public void follow(Deployment deployment) {
        if (images.follow(deployment)) {
            pulls.submit(images::look);
        }
    }

    public void run(String module, List<Step> job, Deployment deployment, Map<String, ModuleIdentity> identities) {
        Map<String, ModuleIdentity> known = Map.copyOf(identities);
        Workers worker = job.get(0) instanceof Step.Pull ? pulls : operations;
        if (!worker.submit(() -> steps.run(module, job, deployment, known))) {
            loop.execute(() -> ended(module));
        }
    }

    /** For how long nothing was heard of the engine, not even that it is away. */
    public Duration silence() {
        return Duration.ofNanos(clock.nanos() - lastAnswer);
    }

    /** How long the oldest step has waited for a free thread. */
    public Duration oldestWait() {
        return operations.oldestWait();
    }

    public void wakeAt(long nanos) {
        wakeAt = Math.min(wakeAt, nanos);
    }

    public long nextWake() {
        if (clock.nanos() >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
            changed = true;
        }
        return listing ? Long.MAX_VALUE : Math.min(nextPoll, wakeAt);
    }

    // a burst of engine events is one change
    private void announceChange() {
        if (changeAnnounced.compareAndSet(false, true)) {
            loop.execute(() -> changed(false));
        }
    }

    @Override
    public void close() {
        watch.ifPresent(ContainerEngine.Watch::close);
        listings.close();
        operations.close();
        pulls.close();
    }
}
