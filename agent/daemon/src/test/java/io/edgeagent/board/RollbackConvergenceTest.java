package io.edgeagent.board;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeEngine;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.fake.OpenGate;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.images.ImageKeeper;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RuntimeStatus;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.Plan;
import io.edgeagent.reconcile.Step;
import io.edgeagent.reconcile.UpdatePolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Updates with a way back while the agent is killed again and again, the board loses power, the engine is restarted, the disk is
 * full and people remove containers: before or after any call that changes something. What is left over of the agent is only what
 * the engine has and what is on the disk.
 */
class RollbackConvergenceTest {
    private static final ContainerRecipe RECIPE = new ContainerRecipe("hub.example.net", "board", "azure-iot-edge");
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.edgeagent");
    private static final Level BEFORE = LOGGER.getLevel();
    private static final int MAX_ROUNDS = 200;

    /** How the new version behaves. */
    enum Version {
        RUNS("{}", true),
        IS_HEALTHY("{'Healthcheck':{'Test':['CMD','true']}}", true),
        IS_UNHEALTHY("{'Healthcheck':{'Test':['CMD','false']}}", false),
        CRASHES("{'Cmd':['sh','-c','exit 1']}", false),
        LACKS_A_DEVICE("{'HostConfig':{'Devices':[{'PathOnHost':'/dev/i2c-9'}]}}", false);

        private final String options;
        private final boolean good;

        Version(String options, boolean good) {
            this.options = options;
            this.good = good;
        }
    }

    private enum Trouble {
        KILL,
        POWER_CUT,
        /** SIGTERM: it stops what is up while it still answers, goes away, and comes back. */
        ENGINE_ENDS,
        /** SIGKILL, and it is there again. */
        ENGINE_DIES,
        /** Until there is room again: at the next {@link #DISK_FREED}, or before there has to be peace. */
        DISK_FULL,
        DISK_FREED,
        /** Somebody removes a container by hand. */
        REMOVED
    }

    /**
     * @param afterCalls so many calls that change something are done before it happens
     * @param target whose container is removed
     */
    record Mishap(Trouble trouble, int afterCalls, boolean callIsDone, String target) {}

    record Update(Map<String, Version> versions, String restartPolicy, int codeWhenStopped, boolean allPulls) {
        Set<String> good() {
            return versions.keySet().stream()
                    .filter(name -> versions.get(name).good)
                    .collect(Collectors.toSet());
        }
    }

    // some hundred thousand steps
    @BeforeContainer
    static void say_less() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterContainer
    static void say_as_much_as_before() {
        LOGGER.setLevel(BEFORE);
    }

    @Property(tries = 2000)
    void ends_with_the_new_container_if_it_is_good_and_else_with_the_old_one_and_then_there_is_peace(
            @ForAll("updates") Update update, @ForAll("mishaps") List<Mishap> mishaps) {
        World world = new World(update, update.good());
        world.deploy(1, Map.of());
        world.untilPeace();
        Map<String, String> before = world.running();
        world.deploy(2, update.versions);

        mishaps.forEach(world::suffer);
        world.untilPeace();

        Map<String, String> after = world.running();
        assertThat(after).containsOnlyKeys(before.keySet());
        world.deployment.modules().forEach((name, spec) -> {
            if (update.versions.get(name).good) {
                assertThat(world.fingerprintOf(name)).isEqualTo(spec.fingerprint());
            } else {
                assertThat(after.get(name)).isEqualTo(before.get(name));
            }
        });
        assertThat(world.engine.containers()).as("leftovers").hasSameSizeAs(before.keySet());
        world.isTrueToItsWord(update);
    }

    @Property(tries = 1000)
    void any_sequence_of_manifests_ends_with_one_running_container_of_each_module(
            @ForAll("updates") Update first,
            @ForAll("mishaps") List<Mishap> mishaps,
            @ForAll("updates") Update second,
            @ForAll("mishaps") List<Mishap> more) {
        Set<String> removable = new HashSet<>(first.good());
        removable.retainAll(second.good());
        World world = new World(first, removable);
        world.deploy(1, Map.of());
        world.untilPeace();
        world.deploy(2, first.versions);
        mishaps.forEach(world::suffer);
        world.deploy(3, second.versions);
        more.forEach(world::suffer);

        world.untilPeace();

        assertThat(world.running()).containsOnlyKeys("aa", "bb");
        second.versions.forEach((name, version) -> {
            if (version.good) {
                assertThat(world.fingerprintOf(name))
                        .isEqualTo(world.deployment.modules().get(name).fingerprint());
            }
        });
        assertThat(world.engine.containers()).hasSize(2);
        world.isTrueToItsWord(second);
    }

    @Provide
    Arbitrary<Update> updates() {
        Arbitrary<Map<String, Version>> versions = Arbitraries.maps(
                        Arbitraries.of("aa", "bb"), Arbitraries.of(Version.class))
                .ofSize(2);
        return Combinators.combine(
                        versions,
                        Arbitraries.of("on-failure", "on-unhealthy", "always"),
                        Arbitraries.of(0, 137, 143),
                        Arbitraries.of(true, false))
                .as(Update::new);
    }

    @Provide
    Arbitrary<List<Mishap>> mishaps() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.of(Trouble.class)), Tuple.of(1, Arbitraries.of(Trouble.KILL))),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.of(true, false),
                        Arbitraries.of("aa", "bb", Container.previousName("aa"), Container.previousName("bb")))
                .as(Mishap::new)
                .list()
                .ofMaxSize(5);
    }

    /** Ends the agent in the middle of whatever it does. */
    @SuppressWarnings("serial")
    private static final class Killed extends InternalError {}

    /** A board without the conductor's threads: all happens in turn, and can end anywhere. */
    private static final class World implements StepRunner.Results {
        private static final Set<String> CHANGES = Set.of("pull", "create", "start", "stop", "remove", "rename");

        private final FakeEngine engine = new FakeEngine(RECIPE.deviceLabel());
        private final ContainerEngine shown = (ContainerEngine) Proxy.newProxyInstance(
                ContainerEngine.class.getClassLoader(),
                new Class<?>[] {ContainerEngine.class},
                (proxy, method, args) -> {
                    try {
                        return CHANGES.contains(method.getName())
                                ? changing(() -> method.invoke(engine, args))
                                : method.invoke(engine, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        private final MemoryStore store = new MemoryStore();
        private final FakeClock clock = new FakeClock();
        private final Update update;
        private Deployment deployment = Manifest.version(1).deployment();
        private Map<String, ModuleIdentity> identities = Map.of();
        private ObservedBoard board;
        private ModuleMemories memories;
        private int boots;
        private final Set<String> removable;
        private Optional<Mishap> mishap = Optional.empty();
        private int callsLeft;
        private int roundsOfEngine;
        private boolean engineWasAway;

        private interface Call {
            Object make() throws ReflectiveOperationException;
        }

        /** @param removable modules that every manifest leaves a good version of, whatever is removed */
        World(Update update, Set<String> removable) {
            this.update = update;
            this.removable = removable;
            engine.endOnStopWith(update.codeWhenStopped);
            start();
        }

        private void start() {
            memories = new ModuleMemories(store, Runnable::run, clock);
            board = new ObservedBoard(
                    clock,
                    new SplittableRandom(1),
                    UpdatePolicy.REPLACE,
                    OpenGate.of(clock),
                    RECIPE::mark,
                    "boot-" + boots);
            board.restore(memories.restore());
            board.confirmed();
            engineWasAway = false;
        }

        void deploy(long version, Map<String, Version> versions) {
            Manifest manifest = Manifest.version(version);
            for (String name : List.of("aa", "bb")) {
                String options = Optional.ofNullable(versions.get(name))
                        .map(known -> known.options)
                        .orElse("{}");
                manifest = manifest.with(module(name)
                        .image("acr.example.io/" + name + ":" + version)
                        .createOptions(Manifest.json(options)
                                .set("Labels", Manifest.json("{'io.edge-agent.update':'rollback'}"))
                                .toString()
                                .replace('"', '\''))
                        .restartPolicy(update.restartPolicy)
                        .startupOrder(name.equals("aa") ? 0 : ModuleSpec.LAST));
                engine.push("acr.example.io/" + name + ":" + version);
            }
            deployment = (update.allPulls ? manifest.waitingForAllPulls() : manifest).deployment();
            Map<String, ModuleIdentity> known = new HashMap<>();
            deployment.modules().keySet().forEach(name -> known.put(name, new ModuleIdentity(name, "637")));
            identities = known;
        }

        /** Goes on until the mishap happens, or there is nothing to do, and then for a while, or starts again. */
        void suffer(Mishap coming) {
            mishap = Optional.of(coming);
            callsLeft = coming.afterCalls;
            try {
                for (int round = 0; round < 20; round++) {
                    round();
                }
                strike();
            } catch (Killed e) {
                if (coming.trouble == Trouble.POWER_CUT) {
                    engine.cutOff(update.codeWhenStopped);
                    boots++;
                }
                start();
            }
        }

        private void strike() {
            Optional<Mishap> now = mishap;
            mishap = Optional.empty();
            now.ifPresent(this::strike);
        }

        private void strike(Mishap now) {
            switch (now.trouble) {
                case KILL, POWER_CUT -> throw new Killed();
                case ENGINE_ENDS -> {
                    engine.beginToEnd(update.codeWhenStopped);
                    roundsOfEngine = 4;
                }
                case ENGINE_DIES -> engine.restart(137);
                case DISK_FULL -> store.fill();
                case DISK_FREED -> store.empty();
                case REMOVED -> {
                    if (removable.stream().anyMatch(now.target::endsWith)) {
                        engine.remove(now.target);
                    }
                }
            }
        }

        /** An engine that was told to end goes on from round to round. */
        private void engineGoesOn() {
            if (roundsOfEngine == 0) {
                return;
            }
            roundsOfEngine--;
            if (roundsOfEngine == 2) {
                engine.setAway(true);
                engine.cutOff(137);
            } else if (roundsOfEngine == 0) {
                engine.setAway(false);
            }
        }

        private Object changing(Call call) throws ReflectiveOperationException {
            Optional<Mishap> due = mishap.filter(known -> callsLeft-- <= 0);
            if (due.filter(known -> !known.callIsDone).isPresent()) {
                strike();
            }
            Object result = call.make();
            neverTwo();
            if (due.filter(known -> known.callIsDone).isPresent()) {
                strike();
            }
            return result;
        }

        void untilPeace() {
            mishap = Optional.empty();
            store.empty();
            int rounds = 0;
            while (round()) {
                assertThat(++rounds).as("rounds until there is peace").isLessThan(MAX_ROUNDS);
            }
            clock.advance(Duration.ofHours(1));
            assertThat(round()).as("peace lasts").isFalse();
        }

        /** What is reported and what is kept agrees with what is there. */
        void isTrueToItsWord(Update update) {
            assertThat(board.failures(deployment))
                    .as("failures")
                    .hasSize(update.versions.size() - update.good().size())
                    .noneMatch(failure -> update.good().stream().anyMatch(name -> failure.startsWith(name + ":")));
            assertThat(board.statuses(deployment, identities).values())
                    .allMatch(status -> status.runtimeStatus() == RuntimeStatus.RUNNING);
            assertThat(store.memories()).isEqualTo(board.memories());
        }

        /** What the conductor does at each turn; false where nothing is left to do or to wait for. */
        private boolean round() {
            engineGoesOn();
            if (!list()) {
                clock.advance(Duration.ofSeconds(5));
                return true;
            }
            Plan plan = board.plan(deployment, identities, this::remember);
            Map<String, List<Step>> jobs = board.begin(plan.steps());
            remember();
            memories.saved().writeIfDue();
            ImageKeeper images = new ImageKeeper(
                    shown, new MemoryStore(), folder -> Optional.empty(), DiskLimits.DEFAULT, clock, Runnable::run);
            StepRunner steps = new StepRunner(shown, RECIPE, images, Optional.empty(), this);
            jobs.forEach((module, job) -> steps.run(module, job, deployment, identities));
            long wake = Math.min(
                    plan.wakeAt().orElse(Long.MAX_VALUE), memories.saved().nextWake());
            if (jobs.isEmpty() && wake != Long.MAX_VALUE) {
                clock.advance(Duration.ofNanos(Math.max(0, wake - clock.nanos())));
            }
            return !jobs.isEmpty() || wake != Long.MAX_VALUE;
        }

        private boolean list() {
            try {
                List<Container> containers = engine.containers();
                board.listed(containers, Optional.of(deployment), engine.life(), engineWasAway, clock.nanos());
                engineWasAway = false;
                return true;
            } catch (ProblemException e) {
                engineWasAway = true;
                return false;
            }
        }

        @Override
        public void took(Step step, Duration time) {
            // nobody measures it here
        }

        @Override
        public void pulling(String module, String progress) {
            // nobody looks on
        }

        @Override
        public void done(Step step, String fingerprint, Optional<Problem> outdated) {
            board.done(step, fingerprint, outdated);
        }

        @Override
        public void failed(Step step, String fingerprint, Problem reason) {
            board.failed(step, fingerprint, reason);
        }

        @Override
        public void ended(String module) {
            board.ended(module);
        }

        private void remember() {
            memories.keep(board.memories());
        }

        private void neverTwo() {
            assertThat(engine.containers().stream().filter(Container::isUp).map(Container::module))
                    .doesNotHaveDuplicates();
        }

        /** Ids of running containers by module. */
        Map<String, String> running() {
            return engine.containers().stream()
                    .filter(Container::isUp)
                    .collect(Collectors.toMap(Container::module, Container::id));
        }

        String fingerprintOf(String module) {
            return engine.containers().stream()
                    .filter(container -> container.name().equals(module))
                    .findFirst()
                    .orElseThrow()
                    .fingerprint();
        }
    }
}
