package io.edgeagent.conductor;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.LogCap;
import io.edgeagent.reconcile.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dealings with the engine: when to list, what runs on which worker, and whether the engine is there at all. Pulls have a worker
 * of their own, so that a slow registry keeps no module from being restarted.
 */
final class EngineRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRoom.class);

    private final ContainerEngine engine;
    private final Clock clock;
    private final Duration poll;
    private final Consumer<Event> events;
    private final ImageRoom images;
    private final Steps steps;
    private final Worker operations = new Worker("engine");
    private final Worker pulls = new Worker("pull");
    private final AtomicBoolean changeAnnounced = new AtomicBoolean();
    private Optional<ContainerEngine.Watch> watch = Optional.empty();
    private Optional<EngineInfo> info = Optional.empty();
    private Optional<Problem> problem = Optional.empty();
    private boolean listing;
    private boolean changed = true;
    private boolean everListed;
    private boolean lostWatch;
    private long nextPoll;
    private long wakeAt;

    EngineRoom(
            ContainerEngine engine,
            ContainerRecipe recipe,
            ImageRoom images,
            Optional<LogCap> logs,
            Clock clock,
            Duration poll,
            Consumer<Event> events) {
        this.engine = engine;
        this.clock = clock;
        this.poll = poll;
        this.events = events;
        this.images = images;
        this.steps = new Steps(engine, recipe, images, logs, events);
        this.nextPoll = clock.nanos();
        this.wakeAt = Long.MAX_VALUE;
    }

    /** The picture may be out of date. */
    void changed(boolean watchLost) {
        changed = true;
        changeAnnounced.set(false);
        if (watchLost) {
            lostWatch = true;
            watch.ifPresent(ContainerEngine.Watch::close);
            watch = Optional.empty();
        }
    }

    /** Lists the containers when something changed or the poll is due. */
    void refreshIfDue() {
        if (listing || !(changed || clock.nanos() >= nextPoll)) {
            return;
        }
        // after a failed listing only the poll tries again
        if (problem.isPresent() && clock.nanos() < nextPoll) {
            return;
        }
        changed = false;
        nextPoll = clock.nanos() + poll.toNanos();
        listing = operations.submit(() -> {
            try {
                Event listed = new Event.ContainersListed(engine.info(), engine.containers());
                events.accept(listed);
            } catch (RuntimeException e) {
                events.accept(new Event.ListingFailed(ProblemException.of(e)));
            }
        });
    }

    /** Takes note of a listing; true if the engine was away since the one before. */
    boolean listed(EngineInfo engineInfo) {
        boolean wasAway = everListed && (problem.isPresent() || lostWatch);
        lostWatch = false;
        listing = false;
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
        if (watch.isEmpty()) {
            try {
                watch = Optional.of(
                        engine.watch(this::announceChange, () -> events.accept(new Event.EngineChanged(true))));
                // what happened between the listing and the watch
                changed = true;
            } catch (ProblemException e) {
                LOG.warn("event=engine_watch_failed reason=\"{}\"", e.problem());
            }
        }
        return wasAway;
    }

    void listingFailed(Problem reason) {
        listing = false;
        if (problem.isEmpty()) {
            LOG.warn("event=engine_away code={} reason=\"{}\"", reason.code(), reason.text());
        }
        problem = Optional.of(reason);
    }

    /** Whether the picture of the board is good enough to plan on. */
    boolean isCurrent() {
        return everListed && !listing && !changed && problem.isEmpty();
    }

    Optional<Problem> problem() {
        return problem;
    }

    String architecture() {
        return info.map(EngineInfo::architecture).orElse(System.getProperty("os.arch"));
    }

    /** Keeps the images of this deployment, and looks after the others now and then. */
    void follow(Deployment deployment) {
        if (images.follow(deployment)) {
            pulls.submit(images::look);
        }
    }

    void run(String module, List<Step> job, Deployment deployment, Map<String, ModuleIdentity> identities) {
        Map<String, ModuleIdentity> known = Map.copyOf(identities);
        Worker worker = job.get(0) instanceof Step.Pull ? pulls : operations;
        if (!worker.submit(() -> steps.run(module, job, deployment, known))) {
            events.accept(new Event.JobEnded(module));
        }
    }

    void wakeAt(long nanos) {
        wakeAt = Math.min(wakeAt, nanos);
    }

    long nextWake() {
        if (clock.nanos() >= wakeAt) {
            wakeAt = Long.MAX_VALUE;
            changed = true;
        }
        return listing ? Long.MAX_VALUE : Math.min(nextPoll, wakeAt);
    }

    // a burst of engine events is one change
    private void announceChange() {
        if (changeAnnounced.compareAndSet(false, true)) {
            events.accept(new Event.EngineChanged(false));
        }
    }

    @Override
    public void close() {
        watch.ifPresent(ContainerEngine.Watch::close);
        operations.close();
        pulls.close();
    }
}
