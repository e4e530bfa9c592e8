package io.edgeagent.conductor;

import io.edgeagent.board.EngineSync;
import io.edgeagent.board.ModuleMemories;
import io.edgeagent.board.ModuleMemoryStore;
import io.edgeagent.board.ObservedBoard;
import io.edgeagent.board.RequestedRestarts;
import io.edgeagent.board.StepRunner;
import io.edgeagent.board.UpdateGate;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.device.DeviceSync;
import io.edgeagent.device.Equipment;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityStore;
import io.edgeagent.identity.IdentitySync;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.images.ImageKeeper;
import io.edgeagent.images.PulledImageStore;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DeploymentStatus;
import io.edgeagent.model.Problem;
import io.edgeagent.ops.Operations;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Step;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.report.HubCondition;
import io.edgeagent.report.ReportedState;
import io.edgeagent.report.Reporter;
import io.edgeagent.report.Roles;
import io.edgeagent.report.Roles.Role;
import io.edgeagent.report.StatusSnapshot;
import io.edgeagent.report.TwinView;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.FaultLog;
import io.edgeagent.runtime.Mailbox;
import io.edgeagent.runtime.Pulse;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.runtime.Supervisor;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.DesiredState;
import io.edgeagent.twin.DesiredStore;
import io.edgeagent.twin.DirectMethods;
import io.edgeagent.twin.LinkHistory;
import io.edgeagent.twin.MethodAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the agent's state. A twin update goes: {@link CloudLink} to {@link DesiredState} ({@link
 * Deployment#parse}) to {@link io.edgeagent.reconcile.Planner#plan} to {@link StepRunner} on the {@link ContainerEngine}, whose
 * events come back as the observed {@link ObservedBoard}, of which the {@link Reporter} sends what changed.
 */
public final class Conductor {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final String NO_HUB = "the deployment has none";
    private static final Duration LAST_REPORT_PATIENCE = Duration.ofSeconds(3);

    private final Mailbox mailbox = new Mailbox();
    private final CloudLink link;
    private final Clock clock;
    private final Settings settings;
    private final DesiredState desired;
    private final ObservedBoard board;
    private final EngineSync engine;
    private final IdentitySync identities;
    private final DeviceSync devices;
    private final Reporter reporter;
    private final ModuleMemories memories;
    private final RequestedRestarts restarts;
    private final TwinFollower hub;
    private final ConductorCalls calls;
    private final ContainerRecipe recipe;
    private final BuiltInHub builtIn;
    private final LogRules log;
    private final Instant startedAt;
    private final FaultLog faults = new FaultLog();
    private final AgentMetrics metrics;
    /** How far pulls are, by module. */
    private final Map<String, String> pulls = new HashMap<>();

    private final List<SavedState<?>> unsaved;
    private final Pulse pulse;
    // nothing is reported before the board was looked at once
    private Optional<Judgement> said = Optional.empty();
    private Optional<Long> appliedVersion = Optional.empty();
    private long planned;
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
            DiskLimits limits) {}

    /**
     * What the conductor reaches the world through.
     *
     * @param gate what keeps modules that run from being changed
     * @param methods direct methods that the conductor has nothing to do with, by name
     * @param anew has {@link #stop} called, and another conductor made after this one
     */
    public record Ports(
            ContainerEngine engine,
            CloudLink link,
            Identities identities,
            ModuleSockets sockets,
            DeviceInventory inventory,
            DiskSpace disk,
            Supervisor supervisor,
            Clock clock,
            RandomGenerator random,
            UpdateGate gate,
            BuiltInHub hub,
            Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods,
            LogRules log,
            Runnable anew) {}

    /**
     * What survives a power cut.
     *
     * @param disk where writes happen
     * @param others writes of others that share the disk, to be repeated until they are there
     */
    public record Stores(
            DesiredStore desired,
            IdentityStore identities,
            ModuleMemoryStore memories,
            PulledImageStore images,
            Executor disk,
            List<SavedState<?>> others) {}

    public Conductor(Ports ports, Stores stores, ContainerRecipe recipe, Settings settings) {
        this.builtIn = ports.hub();
        this.log = ports.log();
        this.link = ports.link();
        this.recipe = recipe;
        this.clock = ports.clock();
        this.settings = settings;
        Executor disk = stores.disk();
        this.desired = new DesiredState(stores.desired(), recipe.parent(), disk, clock);
        this.board = new ObservedBoard(
                clock, ports.random(), settings.updates(), ports.gate(), recipe::mark, settings.bootId());
        this.memories = new ModuleMemories(stores.memories(), disk, clock);
        DiskLimits limits = settings.limits();
        ImageKeeper images = new ImageKeeper(ports.engine(), stores.images(), ports.disk(), limits, clock, disk);
        this.engine = new EngineSync(
                ports.engine(), recipe, images, limits.logs(), clock, settings.poll(), mailbox, new BoardListener());
        this.identities = new IdentitySync(
                ports.identities(), ports.sockets(), stores.identities(), clock, ports.random(), mailbox, disk);
        this.devices = new DeviceSync(ports.inventory(), settings.devices(), clock, mailbox);
        this.reporter = new Reporter(link, clock);
        this.restarts = new RequestedRestarts(board, this::launch, ports.anew());
        Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods = new HashMap<>(ports.methods());
        methods.put("ping", payload -> CompletableFuture.completedFuture(MethodAnswer.OK));
        methods.put(
                "RestartModule",
                payload -> ConductorCalls.onLoop(mailbox, () -> restarts.request(payload, desired.deployment())));
        this.metrics = new AgentMetrics(clock, methods.keySet());
        this.calls = new ConductorCalls(
                mailbox,
                new DirectMethods(methods),
                new ConductorCalls.Questions(
                        () -> snapshot().toJson(),
                        () -> TwinView.of(desired.section(), desired.version(), reporter.inHub()),
                        metrics::toJson));
        this.hub = new TwinFollower(
                mailbox,
                link,
                desired,
                reporter,
                identities,
                new LinkHistory(clock, recipe.deviceId()),
                metrics,
                calls::call);
        this.startedAt = clock.wallClock();
        this.planned = clock.nanos();
        this.unsaved = Stream.concat(
                        Stream.of(
                                desired.saved(), memories.saved(), identities.saved(), images.saved(), devices.saved()),
                        stores.others().stream())
                .toList();
        this.pulse = new Pulse(ports.supervisor(), clock)
                .watch("an answer of the engine", engine::silence)
                .watch("a free thread for the oldest step", engine::oldestWait)
                .watch("a plan", () -> Duration.ofNanos(clock.nanos() - planned));
    }

    /** Runs until {@link #stop}; blocks. */
    public void run() {
        desired.restore();
        identities.restore();
        board.restore(memories.restore());
        devices.start();
        link.start(hub);
        LOG.info("event=ready version={}", settings.version());
        while (!stopping) {
            try {
                long wait = Math.max(faults.pauseNanos(), nextWake() - clock.nanos());
                mailbox.next(wait).ifPresent(Runnable::run);
                turn();
                pulse.beat(this::inOneLine);
                faults.none();
            } catch (InterruptedException e) {
                stopping = true;
            } catch (RuntimeException | StackOverflowError e) {
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
        return calls;
    }

    /** Ends {@link #run} soon. Modules go on running. */
    public void stop() {
        mailbox.execute(() -> stopping = true);
    }

    /** What the engine says, which the board takes note of. */
    private final class BoardListener implements EngineSync.Listener {
        @Override
        public void listed(List<Container> containers, String life, boolean engineWasAway, long askedAt) {
            board.listed(containers, desired.deployment(), life, engineWasAway, askedAt);
            metrics.listed(containers, desired.deployment());
        }

        @Override
        public void done(Step step, String fingerprint, Optional<Problem> outdated) {
            board.done(step, fingerprint, outdated);
        }

        @Override
        public void took(Step step, Duration time) {
            metrics.took(step, time, desired.deployment());
        }

        @Override
        public void pulling(String module, String progress) {
            pulls.put(module, progress);
        }

        @Override
        public void failed(Step step, String fingerprint, Problem reason) {
            board.failed(step, fingerprint, reason);
            restarts.failed(step.module(), reason);
        }

        @Override
        public void ended(String module) {
            pulls.remove(module);
            board.ended(module);
            restarts.ended(module);
        }
    }

    /** What follows from where things stand, after every event and every wake-up. */
    private void turn() {
        if (stopping || !mailbox.isEmpty()) {
            return;
        }
        log.follow(desired.deployment(), desired.section());
        engine.refreshIfDue();
        desired.deployment().ifPresent(deployment -> {
            builtIn.want(deployment.wantsHub());
            builtIn.follow(deployment.hub());
        });
        Optional<Judgement> judged = desired.deployment().flatMap(this::follow);
        if (desired.deployment().isEmpty() || engine.problem().isPresent()) {
            // there is nothing to plan, or nothing to plan on
            planned = clock.nanos();
        }
        remember();
        unsaved.forEach(SavedState::writeIfDue);
        // while the hub's manifest is refused, the status must not be that of the manifest before it
        desired.refusal()
                .ifPresentOrElse(
                        refusal -> settle(new Judgement(desired.version(), refusal)),
                        () -> judged.ifPresent(this::settle));
        said.ifPresent(current -> reporter.report(reportedState(current.status())));
    }

    /** Does what the deployment asks for. @return its status, as soon as there is one */
    private Optional<Judgement> follow(Deployment deployment) {
        metrics.wants(deployment.version());
        // before the board is known, so is not who must stay on it
        identities.follow(deployment, desired.isConfirmed() && board.isSeen(), board.staying(deployment));
        boolean seen = devices.isCurrent(deployment);
        if (!engine.isCurrent() || !seen || !identities.isReady()) {
            return engine.problem()
                    .map(problem -> new Judgement(deployment.version(), DeploymentStatus.failed(problem.text())));
        }
        engine.follow(deployment);
        if (desired.isConfirmed()) {
            board.confirmed();
            identities.keepFolders(board.modulesWithContainers());
        }
        equip(deployment);
        restarts.begin(deployment, identities.known());
        Plan plan = board.plan(deployment, identities.known(), this::remember);
        planned = clock.nanos();
        board.begin(plan, deployment).forEach((module, steps) -> launch(module, steps, deployment, identities.known()));
        plan.wakeAt().ifPresent(engine::wakeAt);
        return judge(deployment, plan);
    }

    private void equip(Deployment deployment) {
        Equipment equipment = devices.follow(deployment, restarts::deviceIsBack);
        board.equip(equipment.hardware());
        Map<String, Problem> refused = new TreeMap<>(equipment.refused());
        refused.putAll(settings.elevation().refusals(deployment));
        identities
                .refusals()
                .forEach((module, problem) -> refused.put(
                        module, new Problem(problem.code(), "no identity: " + problem.text() + "; tried again")));
        board.refuse(refused);
    }

    private void remember() {
        memories.keep(board.memories());
    }

    /** Steps begin after what they will leave behind is on the disk: a power cut may come in the middle of them. */
    private void launch(String module, List<Step> steps, Deployment deployment, Map<String, ModuleIdentity> known) {
        remember();
        memories.saved().afterwards(() -> engine.run(module, steps, deployment, known));
    }

    /** The deployment's status once its plan ran or something of it failed; until then the one before it stands. */
    private Optional<Judgement> judge(Deployment deployment, Plan plan) {
        List<String> failures = new ArrayList<>(board.failures(deployment));
        if (!plan.unsettled().isEmpty() && failures.isEmpty()) {
            identities.problem().ifPresent(problem -> failures.add("module identities: " + problem.text()));
        }
        unsaved.forEach(state -> state.failure()
                .ifPresent(failure -> failures.add(
                        "state could not be written to the disk, the agent keeps trying: " + failure.getMessage())));
        if (!failures.isEmpty()) {
            return Optional.of(Judgement.failed(deployment, failures, board.waiting()));
        }
        if (!board.waiting().isEmpty()) {
            appliedVersion = appliedVersion.or(reporter::appliedVersion);
            return Optional.of(Judgement.waiting(deployment, board.waiting(), appliedVersion, saidVersion()));
        }
        if (!plan.unsettled().isEmpty() || !board.isIdle()) {
            return Optional.empty();
        }
        appliedVersion = Optional.of(deployment.version());
        return Optional.of(new Judgement(deployment.version(), DeploymentStatus.SUCCESS));
    }

    private void settle(Judgement judgement) {
        if (!said.equals(Optional.of(judgement))) {
            LOG.info(
                    "event=deployment_status version={} code={} description=\"{}\"",
                    judgement.version(),
                    judgement.status().code(),
                    judgement.status().description());
        }
        said = Optional.of(judgement);
        metrics.settled(judgement.version(), judgement.status());
    }

    private long saidVersion() {
        return said.map(Judgement::version).orElse(0L);
    }

    private ReportedState reportedState(DeploymentStatus current) {
        return new ReportedState(
                settings.version(),
                engine.architecture(),
                saidVersion(),
                current,
                desired.deployment(),
                desired.deployment()
                        .map(known -> board.statuses(known, identities.known()))
                        .orElse(Map.of()),
                startedAt,
                devices.summary(),
                builtIn.condition());
    }

    private StatusSnapshot snapshot() {
        return new StatusSnapshot(
                settings.version(),
                startedAt,
                recipe,
                reporter.canReport(),
                hub.problem(),
                engine.problem(),
                said.map(Judgement::status),
                saidVersion(),
                desired.deployment(),
                desired.deployment()
                        .map(known -> board.statuses(known, identities.known()))
                        .orElse(Map.of()),
                Map.copyOf(pulls),
                devices.equipment(),
                builtIn.condition(),
                roles(),
                board.waiting(),
                board.locked());
    }

    private Roles roles() {
        HubCondition hubIs = builtIn.condition();
        boolean hubWanted = desired.deployment().filter(Deployment::wantsHub).isPresent();
        return new Roles(List.of(
                Role.of("agent", OwnTrouble.of(pulse, unsaved), true),
                Role.of("identity", identities.problem(), false),
                new Role(
                        "link",
                        reporter.canReport(),
                        reporter.canReport()
                                ? ""
                                : hub.problem().map(Problem::text).orElse("not connected yet"),
                        false),
                Role.of("engine", engine.problem(), true),
                new Role("hub", hubIs.running() || !hubWanted, hubWanted ? hubIs.remark() : NO_HUB, true)));
    }

    private String inOneLine() {
        return roles().inOneLine() + "; " + (reporter.canReport() ? "connected" : "not connected") + " to the hub; "
                + said.map(Judgement::inOneLine)
                        .orElse(desired.deployment().isPresent() ? "last deployment restored" : "no deployment yet");
    }

    private long nextWake() {
        long wake = Math.min(pulse.dueAt(), Math.min(engine.nextWake(), identities.nextWake()));
        wake = Math.min(wake, devices.nextWake());
        for (SavedState<?> state : unsaved) {
            wake = Math.min(wake, state.nextWake());
        }
        return Math.min(wake, reporter.wakeAt().orElse(Long.MAX_VALUE));
    }

    /** Tells the hub that nobody watches now, if that can be said in time. */
    private void sayGoodbye() {
        long deadline = clock.nanos() + LAST_REPORT_PATIENCE.toNanos();
        boolean said = false;
        try {
            while (clock.nanos() < deadline && reporter.canReport() && !(said && reporter.isIdle())) {
                if (!said && reporter.isIdle()) {
                    reporter.report(reportedState(DeploymentStatus.NOT_RUNNING));
                    said = true;
                    continue;
                }
                mailbox.next(Math.max(0, deadline - clock.nanos())).ifPresent(Runnable::run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
