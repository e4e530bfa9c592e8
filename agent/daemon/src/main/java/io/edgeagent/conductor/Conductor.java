package io.edgeagent.conductor;

import io.edgeagent.cloud.CloudLink;
import io.edgeagent.cloud.DirectMethods;
import io.edgeagent.cloud.MethodResult;
import io.edgeagent.cloud.ReportedState;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.device.Equipment;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.ops.Operations;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Step;
import io.edgeagent.reconcile.UpdatePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the agent's state. A twin update goes: {@link CloudLink} to {@link DesiredState} ({@link
 * Deployment#parse}) to {@link io.edgeagent.reconcile.Planner#plan} to {@link Steps} on the {@link ContainerEngine}, whose
 * events come back as the observed {@link Board}, of which the {@link Reporter} sends what changed.
 */
public final class Conductor {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final Duration LAST_REPORT_PATIENCE = Duration.ofSeconds(3);

    private final Inbox inbox = new Inbox();
    private final CloudLink link;
    private final Clock clock;
    private final Settings settings;
    private final DesiredState desired;
    private final Board board;
    private final EngineRoom engine;
    private final IdentityRoom identities;
    private final DeviceRoom devices;
    private final Reporter reporter;
    private final Memories memories;
    private final Restarts restarts;
    private final DirectMethods methods;
    private final ContainerRecipe recipe;
    private final Instant startedAt;
    private final Faults faults = new Faults();
    private final Pulse pulse;
    // nothing is reported before the board was looked at once
    private Optional<DeploymentStatus> status = Optional.empty();
    private long statusVersion;
    private Optional<Problem> linkProblem = Optional.empty();
    private boolean stopping;

    /**
     * Fixed facts of this agent.
     *
     * @param poll how often the engine is asked even if it tells of no change
     * @param bootId changes with every boot of the board
     * @param updates how containers are replaced where the module does not say
     * @param elevation what modules may not ask of the host
     * @param devices what the operator says about the board's devices
     * @param limits what keeps the disk from filling up
     */
    public record Settings(
            String version,
            Duration poll,
            String bootId,
            UpdatePolicy updates,
            ElevationPolicy elevation,
            DevicePolicy devices,
            Limits limits) {}

    public Conductor(
            ContainerEngine engine,
            ContainerRecipe recipe,
            CloudLink link,
            Identities identities,
            ModuleSockets sockets,
            StateStore store,
            DiskSpace disk,
            DeviceInventory inventory,
            Clock clock,
            RandomGenerator random,
            Supervisor supervisor,
            Settings settings) {
        this.link = link;
        this.recipe = recipe;
        this.clock = clock;
        this.settings = settings;
        this.desired = new DesiredState(store);
        this.board = new Board(clock, random, settings.updates(), settings.bootId());
        this.memories = new Memories(store);
        Limits limits = settings.limits();
        ImageRoom images = new ImageRoom(engine, store, disk, limits, clock);
        this.engine = new EngineRoom(engine, recipe, images, limits.logs(), clock, settings.poll(), inbox::post);
        this.identities = new IdentityRoom(identities, sockets, store, clock, random, inbox::post);
        this.devices = new DeviceRoom(inventory, settings.devices(), inbox::post);
        this.reporter = new Reporter(link, clock);
        this.restarts = new Restarts(board, this.engine, this::remember);
        this.methods = new DirectMethods(Map.of(
                "ping",
                payload -> CompletableFuture.completedFuture(MethodResult.OK),
                "RestartModule",
                payload -> restarts.request(payload, desired.deployment())));
        this.startedAt = clock.wallClock();
        this.pulse = new Pulse(supervisor, clock);
    }

    /** Runs until {@link #stop}; blocks. */
    public void run() {
        desired.restore();
        identities.restore();
        board.restore(memories.restore());
        devices.start();
        link.start(inbox);
        LOG.info("event=ready version={}", settings.version());
        while (!stopping) {
            try {
                long wait = Math.max(faults.pauseNanos(), nextWake() - clock.nanos());
                inbox.next(wait).ifPresent(this::handle);
                turn();
                pulse.beat(this::inOneLine);
                faults.none();
            } catch (InterruptedException e) {
                stopping = true;
            } catch (RuntimeException e) {
                // one bad event must not end the agent
                faults.happened(e);
            }
        }
        pulse.stopping();
        sayGoodbye();
        engine.close();
        identities.close();
        devices.close();
        link.close();
        LOG.info("event=stopped");
    }

    /** For the command on the board. Its calls are answered while {@link #run} runs. */
    public Operations operations() {
        return inbox;
    }

    /** Ends {@link #run} soon. Modules go on running. */
    public void stop() {
        inbox.post(new Event.Stop());
    }

    private void handle(Event event) {
        if (event instanceof Event.TwinReceived twin) {
            linkProblem = Optional.empty();
            reporter.hubHolds(twin.reported());
            desired.accept(twin.desired());
            identities.linkUp();
        } else if (event instanceof Event.DesiredPatched patched) {
            if (!desired.acceptPatch(patched.patch())) {
                link.requestTwin();
            }
        } else if (event instanceof Event.LinkLost lost) {
            reporter.linkLost();
            identities.linkLost();
            // tried every minute, for days maybe: said once
            if (!linkProblem.equals(Optional.of(lost.reason()))) {
                LOG.warn(
                        "event=link_lost code={} reason=\"{}\"",
                        lost.reason().code(),
                        lost.reason().text());
            }
            linkProblem = Optional.of(lost.reason());
        } else if (event instanceof Event.Reported) {
            reporter.reported();
        } else if (event instanceof Event.ReportFailed failed) {
            reporter.failed(failed.reason());
        } else if (event instanceof Event.MethodCalled call) {
            var unused = methods.call(call.name(), call.payload())
                    .thenAccept(result -> call.answer().complete(result));
        } else if (event instanceof Event.StatusAsked asked) {
            asked.answer().complete(snapshot().toJson());
        } else if (event instanceof Event.EngineChanged changed) {
            engine.changed(changed.watchLost());
        } else if (event instanceof Event.ContainersListed listed) {
            boolean wasAway = engine.listed(listed.engine());
            board.listed(listed.containers(), desired.deployment(), wasAway);
        } else if (event instanceof Event.ListingFailed failed) {
            engine.listingFailed(failed.reason());
        } else if (event instanceof Event.StepDone done) {
            board.done(done.step(), done.fingerprint());
        } else if (event instanceof Event.StepFailed failed) {
            board.failed(failed.step(), failed.fingerprint(), failed.reason());
            restarts.failed(failed.step().module(), failed.reason());
        } else if (event instanceof Event.JobEnded ended) {
            board.ended(ended.module());
            restarts.ended(ended.module());
            engine.changed(false);
        } else if (event instanceof Event.IdentitiesReady ready) {
            identities.ready(ready.identities());
        } else if (event instanceof Event.IdentitiesFailed failed) {
            identities.failed(failed.reason());
        } else if (event instanceof Event.DevicesChanged) {
            devices.changed();
        } else if (event instanceof Event.Stop) {
            stopping = true;
        }
    }

    /** What follows from where things stand, after every event and every wake-up. */
    private void turn() {
        if (stopping || !inbox.isEmpty()) {
            return;
        }
        engine.refreshIfDue();
        desired.deployment().ifPresent(deployment -> {
            identities.follow(deployment);
            if (engine.isCurrent()) {
                engine.follow(deployment);
                equip(deployment);
                restarts.begin(deployment, identities.known());
                Plan plan = board.plan(deployment, identities.known(), this::remember);
                begin(plan, deployment);
                plan.wakeAt().ifPresent(engine::wakeAt);
                judge(deployment, plan);
            } else {
                engine.problem()
                        .ifPresent(problem -> settle(deployment.version(), DeploymentStatus.failed(problem.text())));
            }
        });
        remember();
        desired.refusal().ifPresent(refusal -> settle(desired.version(), refusal));
        status.ifPresent(current -> reporter.report(reportedState(current, statusVersion)));
    }

    private void equip(Deployment deployment) {
        Equipment equipment = devices.follow(deployment, restarts::deviceIsBack);
        board.equip(equipment.hardware());
        Map<String, Problem> refused = new TreeMap<>(equipment.refused());
        refused.putAll(settings.elevation().refusals(deployment));
        board.refuse(refused);
    }

    private void remember() {
        memories.save(board.memories());
    }

    private void begin(Plan plan, Deployment deployment) {
        Map<String, List<Step>> jobs = board.begin(plan.steps());
        if (!jobs.isEmpty()) {
            remember();
        }
        jobs.forEach((module, steps) -> engine.run(module, steps, deployment, identities.known()));
    }

    /** The deployment's status once its plan ran or something of it failed; until then the one before it stands. */
    private void judge(Deployment deployment, Plan plan) {
        List<String> failures = new ArrayList<>(board.failures(deployment));
        if (!plan.unsettled().isEmpty() && failures.isEmpty()) {
            identities.problem().ifPresent(problem -> failures.add("module identities: " + problem.text()));
        }
        if (!failures.isEmpty()) {
            settle(deployment.version(), DeploymentStatus.failed(String.join("; ", failures)));
        } else if (plan.unsettled().isEmpty() && board.isIdle()) {
            settle(deployment.version(), DeploymentStatus.SUCCESS);
        }
    }

    private void settle(long version, DeploymentStatus newStatus) {
        if (version != statusVersion || !status.equals(Optional.of(newStatus))) {
            LOG.info(
                    "event=deployment_status version={} code={} description=\"{}\"",
                    version,
                    newStatus.code(),
                    newStatus.description());
        }
        statusVersion = version;
        status = Optional.of(newStatus);
    }

    private ReportedState reportedState(DeploymentStatus current, long version) {
        return new ReportedState(
                settings.version(),
                engine.architecture(),
                version,
                current,
                desired.deployment(),
                desired.deployment()
                        .map(known -> board.statuses(known, identities.known()))
                        .orElse(Map.of()),
                startedAt,
                devices.summary());
    }

    private Snapshot snapshot() {
        return new Snapshot(
                settings.version(),
                startedAt,
                recipe,
                reporter.canReport(),
                linkProblem,
                engine.problem(),
                status,
                statusVersion,
                desired.deployment(),
                desired.deployment()
                        .map(known -> board.statuses(known, identities.known()))
                        .orElse(Map.of()),
                devices.equipment());
    }

    private String inOneLine() {
        return (reporter.canReport() ? "connected" : "not connected") + " to the hub; "
                + status.map(current -> "deployment " + statusVersion + ": "
                                + (current.code() + " " + current.description()).strip())
                        .orElse(
                                desired.deployment().isPresent()
                                        ? "last deployment taken up again"
                                        : "no deployment yet");
    }

    private long nextWake() {
        long wake = Math.min(pulse.dueAt(), Math.min(engine.nextWake(), identities.nextWake()));
        return Math.min(wake, reporter.wakeAt().orElse(Long.MAX_VALUE));
    }

    /** Tells the hub that nobody watches now, if that can be said in time. */
    private void sayGoodbye() {
        long deadline = clock.nanos() + LAST_REPORT_PATIENCE.toNanos();
        boolean said = !reporter.canReport();
        try {
            while (clock.nanos() < deadline && !(said && reporter.isIdle())) {
                if (!said && reporter.isIdle()) {
                    reporter.report(reportedState(DeploymentStatus.NOT_RUNNING, statusVersion));
                    said = true;
                    continue;
                }
                Optional<Event> event = inbox.next(Math.max(0, deadline - clock.nanos()));
                if (event.filter(Event.Reported.class::isInstance).isPresent()) {
                    reporter.reported();
                } else if (event.filter(last -> last instanceof Event.ReportFailed || last instanceof Event.LinkLost)
                        .isPresent()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
