package io.edgeagent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Containers;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.DesiredStatus;
import io.edgeagent.model.ModuleSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the board looks like, plans lead to what the deployment wants, and then to peace. */
class PlannerConvergenceTest {
    private static final int MAX_ROUNDS = 60;
    private static final RecipeMark RECIPE = RecipeMark.now("azure-iot-edge", Optional.empty(), Optional.empty());

    @Property
    void plans_carried_out_lead_to_the_deployment_and_then_stop(
            @ForAll("deployments") Deployment deployment, @ForAll("boards") List<Container> shown) {
        Board board = new Board(deployment, shown);

        int rounds = 0;
        while (board.round(Integer.MAX_VALUE)) {
            assertThat(++rounds).as("rounds").isLessThan(MAX_ROUNDS);
        }

        board.isAsDeployed();
        board.now += Duration.ofHours(1).toNanos();
        board.observe();
        assertThat(board.plan().steps()).isEmpty();
        assertThat(board.plan().wakeAt()).isEmpty();
    }

    @Property
    void plans_cut_off_anywhere_are_taken_up_from_what_the_engine_shows(
            @ForAll("deployments") Deployment deployment, @ForAll("boards") List<Container> shown, @ForAll long seed) {
        Board board = new Board(deployment, shown);
        Random random = new Random(seed);
        for (int kill = 0; kill < 10; kill++) {
            board.round(random.nextInt(4));
            board.forgetHistory();
        }

        int rounds = 0;
        while (board.round(Integer.MAX_VALUE)) {
            assertThat(++rounds).as("rounds").isLessThan(MAX_ROUNDS);
        }

        board.isAsDeployed();
    }

    @Property
    void no_container_that_fits_is_ever_touched(
            @ForAll("deployments") Deployment deployment, @ForAll("boards") List<Container> shown) {
        Board board = new Board(deployment, shown);
        Set<String> good = Set.copyOf(shown.stream()
                .filter(container -> container.state() == Container.State.RUNNING
                        && container.health() != Container.Health.UNHEALTHY
                        && RECIPE.isOn(container.recipe()))
                .map(Container::name)
                .filter(name -> Optional.ofNullable(deployment.modules().get(name))
                        .filter(spec -> spec.status() == DesiredStatus.RUNNING)
                        .map(ModuleSpec::fingerprint)
                        .equals(shown.stream()
                                .filter(container -> container.name().equals(name))
                                .map(Container::fingerprint)
                                .findFirst()))
                .toList());

        boolean more = true;
        for (int round = 0; more && round < MAX_ROUNDS; round++) {
            assertThat(board.plan().steps()).extracting(Step::module).noneMatch(good::contains);
            more = board.round(Integer.MAX_VALUE);
        }
    }

    @Provide
    Arbitrary<Deployment> deployments() {
        return specs().list()
                .ofMaxSize(5)
                .map(modules -> Manifest.version(1)
                        .with(modules.toArray(Manifest.Module[]::new))
                        .deployment());
    }

    @Provide
    Arbitrary<List<Container>> boards() {
        Arbitrary<Container.State> states =
                Arbitraries.of(Container.State.class).filter(state -> state != Container.State.REMOVING);
        Arbitrary<Container> containers = Combinators.combine(
                        specs(),
                        states,
                        Arbitraries.of(Container.Health.class),
                        Arbitraries.of(0, 1, 137),
                        Arbitraries.of(true, false),
                        Arbitraries.of("", "", RECIPE.text(), "0 of another agent"))
                .as(PlannerConvergenceTest::container);
        return containers.list().ofMaxSize(5).uniqueElements(Container::name);
    }

    private static Container container(
            Manifest.Module module,
            Container.State state,
            Container.Health health,
            int exitCode,
            boolean labelled,
            String recipe) {
        ModuleSpec spec = module.spec();
        if (!labelled) {
            return Containers.unlabelled(spec.name(), state);
        }
        Container container = switch (state) {
            case EXITED -> Containers.exited(spec, exitCode);
            case RUNNING -> Containers.running(spec, health);
            default -> Containers.in(spec, state);
        };
        return Containers.madeBy(recipe, container);
    }

    private static Arbitrary<Manifest.Module> specs() {
        return Combinators.combine(
                        Arbitraries.of("aa", "bb", "cc", "dd", "ee"),
                        Arbitraries.of("img:1", "img:2"),
                        Arbitraries.of("running", "running", "stopped"),
                        Arbitraries.of("never", "on-failure", "on-unhealthy", "always"),
                        Arbitraries.of("on-create", "never"),
                        Arbitraries.of(0L, 1L, ModuleSpec.LAST))
                .as((name, image, status, restart, pull, order) -> Manifest.module(name)
                        .image(image)
                        .status(status)
                        .restartPolicy(restart)
                        .imagePullPolicy(pull)
                        .startupOrder(order));
    }

    /** A perfect engine: every step succeeds and what was started runs well. */
    private static final class Board {
        private final Deployment deployment;
        private final Map<String, Container> containers = new HashMap<>();
        private final Map<String, History> histories = new HashMap<>();
        private long now = Scene.NOW;

        Board(Deployment deployment, Collection<Container> shown) {
            this.deployment = deployment;
            shown.forEach(container -> containers.put(container.name(), container));
            observe();
        }

        Plan plan() {
            return Planner.plan(new Situation(
                    deployment,
                    true,
                    containers,
                    Map.of(),
                    histories,
                    deployment.modules().keySet(),
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    UpdateHolds.NONE,
                    UpdatePolicy.REPLACE,
                    RECIPE,
                    now));
        }

        /** Carries out the first steps of a plan, or waits where there are none; false where there is neither. */
        boolean round(int steps) {
            Plan plan = plan();
            if (plan.steps().isEmpty()) {
                plan.wakeAt().ifPresent(time -> now = time);
                observe();
                return plan.wakeAt().isPresent();
            }
            plan.steps().stream().limit(steps).forEach(this::carryOut);
            observe();
            return true;
        }

        void forgetHistory() {
            histories.clear();
            observe();
        }

        void observe() {
            containers.keySet().forEach(this::observe);
            deployment.modules().keySet().forEach(this::observe);
        }

        private void observe(String name) {
            histories.put(name, history(name).observed(Optional.ofNullable(containers.get(name)), false, now, 0.5));
        }

        private History history(String name) {
            String fingerprint = Optional.ofNullable(deployment.modules().get(name))
                    .map(ModuleSpec::fingerprint)
                    .orElse(History.LEFTOVER);
            return Optional.ofNullable(histories.get(name))
                    .filter(known -> known.fingerprint().equals(fingerprint))
                    .orElseGet(() -> History.fresh(fingerprint, now));
        }

        private void carryOut(Step step) {
            String name = step.module();
            Container old = containers.get(name);
            History history = history(name).withSuccess(step, now);
            if (step instanceof Step.Pull) {
                history = history.withPulled(true);
            } else if (step instanceof Step.Create create) {
                assertThat(old).as("a container of this name").isNull();
                containers.put(name, Containers.in(create.spec(), Container.State.CREATED));
            } else if (step instanceof Step.Start start) {
                containers.put(
                        name,
                        Containers.madeBy(
                                old.recipe(),
                                Containers.running(deployment.modules().get(name))));
                history = start.restart() ? history.withRestart(Instant.EPOCH) : history.withHalted(false);
            } else if (step instanceof Step.Stop) {
                containers.put(name, stopped(old));
                history = history.withHalted(true);
            } else if (step instanceof Step.Remove) {
                assertThat(old.isUp()).as("removed while it runs").isFalse();
                containers.remove(name);
            }
            histories.put(name, history);
        }

        private static Container stopped(Container old) {
            return new Container(
                    old.id(),
                    old.module(),
                    old.name(),
                    old.fingerprint(),
                    "",
                    old.recipe(),
                    old.imageId(),
                    Container.State.EXITED,
                    Container.Health.NONE,
                    143,
                    old.startedAt(),
                    Optional.of(Containers.ENDED),
                    false,
                    "");
        }

        void isAsDeployed() {
            assertThat(plan().unsettled()).isEmpty();
            assertThat(containers).containsOnlyKeys(deployment.modules().keySet());
            deployment.modules().forEach((name, spec) -> {
                Container container = containers.get(name);
                assertThat(container.fingerprint()).isEqualTo(spec.fingerprint());
                if (spec.status() == DesiredStatus.STOPPED) {
                    assertThat(container.isUp()).isFalse();
                    assertThat(RECIPE.isOn(container.recipe())).isTrue();
                } else if (container.isUp()) {
                    assertThat(RECIPE.isOn(container.recipe())).isTrue();
                } else {
                    // it ended by itself before, and its policy lets it
                    assertThat(Running.mustRestart(spec.restartPolicy(), container))
                            .isFalse();
                    assertThat(container.state()).isEqualTo(Container.State.EXITED);
                }
            });
        }
    }
}
