package io.edgeagent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every container engine does for the agent, the fake one and real ones. */
public abstract class ContainerEngineContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The engine under test, which sees the containers that {@link #recipe} makes. */
    protected abstract ContainerEngine engine();

    protected abstract ContainerRecipe recipe();

    /** An image that is in the registry and not on the board, and runs until it is asked to end. It has the tags 1 and 2. */
    protected abstract ImageReference image(String tag);

    protected abstract ImageReference imageByDigest();

    protected abstract RegistryCredential login();

    /** A name that no other run uses. */
    protected abstract String name(String module);

    /** A running container of somebody else. */
    protected abstract void makeForeign(String name);

    /** Its id while it runs. */
    protected abstract Optional<String> runningForeign(String name);

    /** How many module networks there are; all carry the device's label. */
    protected abstract int networks();

    @Test
    void says_who_answers() {
        EngineInfo info = engine().info();

        assertThat(info.version()).isNotBlank();
        assertThat(info.apiVersion()).matches("\\d+\\.\\d+");
        assertThat(info.os()).isEqualTo("linux");
        assertThat(info.architecture()).isIn("x86_64", "aarch64", "armv7l");
    }

    @Test
    void an_image_is_on_the_board_once_it_was_pulled() {
        assertThat(engine().imageId(image("2"))).isEmpty();

        pull("2");

        assertThat(engine().imageId(image("2")))
                .hasValueSatisfying(id -> assertThat(id).matches("sha256:[0-9a-f]{64}"));
        assertThatCode(() -> pull("2")).doesNotThrowAnyException();
    }

    @Test
    void an_image_can_be_pulled_by_its_digest() {
        ImageReference image = imageByDigest();

        engine().pull(image, Optional.of(login()), progress -> {});

        assertThat(engine().imageId(image)).isPresent();
    }

    @Test
    void a_pull_of_a_tag_that_was_never_pushed_says_that_it_is_not_there() {
        ImageReference missing = image("no-such-tag");

        Problem problem = problemOf(() -> engine().pull(missing, Optional.of(login()), progress -> {}));

        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(problem.text()).contains("no-such-tag");
    }

    @Test
    void a_wrong_password_is_refused_and_not_repeated() {
        RegistryCredential wrong = new RegistryCredential(login().address(), login().username(), "wr0ng-pass");

        Problem problem = problemOf(() -> engine().pull(image("1"), Optional.of(wrong), progress -> {}));

        assertThat(problem.code()).isEqualTo(ErrorCode.REGISTRY_UNAUTHORIZED);
        assertThat(problem.text()).doesNotContain("wr0ng-pass");
    }

    @Test
    void a_registry_that_asks_for_a_login_gives_nothing_without_one() {
        Problem problem = problemOf(() -> engine().pull(image("1"), Optional.empty(), progress -> {}));

        assertThat(problem.code()).isEqualTo(ErrorCode.REGISTRY_UNAUTHORIZED);
    }

    @Test
    void a_registry_that_does_not_answer_is_unreachable() {
        ImageReference nowhere = ImageReference.parse("127.0.0.1:1/led:1");

        Problem problem = problemOf(() -> engine().pull(nowhere, Optional.empty(), progress -> {}));

        assertThat(problem.code()).isEqualTo(ErrorCode.REGISTRY_UNREACHABLE);
    }

    @Test
    void a_container_is_created_without_being_started() {
        ModuleSpec spec = create(module("new"));

        Container container = container(spec.name());

        assertThat(container.state()).isEqualTo(Container.State.CREATED);
        assertThat(container.fingerprint()).isEqualTo(spec.fingerprint());
        assertThat(container.imageId()).isEqualTo(engine().imageId(image("1")).orElseThrow());
        assertThat(container.health()).isEqualTo(Container.Health.NONE);
        assertThat(container.exitCode()).isZero();
        assertThat(container.startedAt()).isEmpty();
        assertThat(container.finishedAt()).isEmpty();
    }

    @Test
    void every_step_can_be_repeated() {
        ModuleSpec spec = create(module("again"));
        String name = spec.name();
        String id = container(name).id();

        create(module("again"));
        assertThat(container(name).id()).isEqualTo(id);
        engine().start(name);
        engine().start(name);
        assertThat(container(name).state()).isEqualTo(Container.State.RUNNING);
        engine().stop(name);
        engine().stop(name);
        assertThat(container(name).isUp()).isFalse();
        engine().remove(name);
        engine().remove(name);
        assertThat(find(name)).isEmpty();
    }

    @Test
    void a_stopped_container_can_be_started_again() {
        ModuleSpec spec = create(module("twice"));
        engine().start(spec.name());
        engine().stop(spec.name());

        engine().start(spec.name());

        assertThat(container(spec.name()).state()).isEqualTo(Container.State.RUNNING);
        assertThat(container(spec.name()).startedAt()).isPresent();
    }

    @Test
    void a_container_that_is_not_there_cannot_be_started() {
        Problem problem = problemOf(() -> engine().start(name("absent")));

        assertThat(problem.code()).isEqualTo(ErrorCode.CONTAINER_GONE);
        assertThat(problem.text()).contains("no container of ours");
    }

    @Test
    void a_container_that_is_set_aside_keeps_its_module_and_comes_back() {
        ModuleSpec spec = create(module("aside"));
        String name = spec.name();
        String previous = Container.previousName(name);
        String id = container(name).id();

        engine().rename(name, previous);
        assertThat(find(name)).isEmpty();
        assertThat(container(previous).module()).isEqualTo(name);
        assertThat(container(previous).isPrevious()).isTrue();
        assertThat(container(previous).id()).isEqualTo(id);
        engine().create(recipe().containerFor(spec, "637"));
        assertThat(container(name).isPrevious()).isFalse();
        assertThat(problemOf(() -> engine().rename(previous, name)).code()).isEqualTo(ErrorCode.NAME_TAKEN);

        engine().remove(name);
        engine().rename(previous, name);
        engine().start(name);
        assertThat(container(name).id()).isEqualTo(id);
        assertThat(container(name).isUp()).isTrue();
    }

    @Test
    void a_rename_is_seen_at_once_though_a_watch_lets_the_picture_be_remembered() {
        String name = create(module("renamed")).name();

        try (ContainerEngine.Watch watch = engine().watch(() -> {}, () -> {})) {
            assertThat(watch).isNotNull();
            for (int i = 0; i < 5; i++) {
                assertThat(find(name)).isPresent();
                engine().rename(name, Container.previousName(name));
                assertThat(find(name)).isEmpty();
                assertThat(find(Container.previousName(name))).isPresent();
                engine().rename(Container.previousName(name), name);
            }
        }
    }

    @Test
    void a_container_is_made_anew_as_it_was() {
        ModuleSpec spec = create(module("anew").env("A", "b=c"));
        engine().start(spec.name());
        engine().stop(spec.name());
        Container before = container(spec.name());

        engine().makeAnew(spec.name());

        Container after = container(spec.name());
        assertThat(after.id()).isNotEqualTo(before.id());
        assertThat(after.state()).isEqualTo(Container.State.CREATED);
        assertThat(after.fingerprint()).isEqualTo(before.fingerprint());
        assertThat(after.imageId()).isEqualTo(before.imageId());
        assertThat(after.module()).isEqualTo(before.module());
        assertThat(find(Container.previousName(spec.name()))).isEmpty();
        engine().start(spec.name());
        assertThat(container(spec.name()).isUp()).isTrue();
    }

    @Test
    void a_container_that_somebody_renamed_is_a_module_of_its_own() {
        String name = create(module("mine")).name();

        engine().rename(name, name("elsewhere"));

        assertThat(container(name("elsewhere")).module()).isEqualTo(name("elsewhere"));
    }

    @Test
    void ports_that_are_bound_without_being_exposed_are_published() {
        int port = freePort();
        String options = "{'Cmd':['sh','-c','while true; do echo hello | nc -l -p 80; done'],"
                + "'HostConfig':{'PortBindings':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'" + port + "'}]}}}";
        ModuleSpec first = create(module("publishes").createOptions(options));
        ModuleSpec second = create(module("publishes-too").createOptions(options));
        engine().start(first.name());

        assertThat(problemOf(() -> engine().start(second.name())).code()).isEqualTo(ErrorCode.PORT_TAKEN);
    }

    @Test
    void foreign_containers_are_not_listed() {
        makeForeign(name("foreign"));
        ModuleSpec own = create(module("own"));

        assertThat(engine().containers())
                .extracting(Container::name)
                .contains(own.name())
                .doesNotContain(name("foreign"));
    }

    @Test
    void a_foreign_container_keeps_its_name_and_is_never_touched() {
        String name = name("taken");
        makeForeign(name);
        Optional<String> before = runningForeign(name);
        pull("1");

        Problem problem = problemOf(() -> create(module("taken")));
        problemOf(() -> engine().stop(name));
        problemOf(() -> engine().start(name));
        engine().remove(name);

        assertThat(problem.code()).isEqualTo(ErrorCode.NAME_TAKEN);
        assertThat(before).isPresent();
        assertThat(runningForeign(name)).isEqualTo(before);
    }

    @Test
    void a_container_of_an_image_that_is_not_on_the_board_is_not_created() {
        Problem problem = problemOf(() -> engine().create(recipe().containerFor(
                        Manifest.module(name("bare"))
                                .image("example.invalid/none:1")
                                .spec(),
                        "1")));

        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
    }

    @Test
    void create_options_that_we_do_not_know_are_the_engines_business() {
        ModuleSpec spec = create(module("unknown")
                .createOptions("{'FutureField':{'a':1},'HostConfig':{'MaskedPaths':['/proc/kcore'],'Future':[1]}}"));

        engine().start(spec.name());

        assertThat(container(spec.name()).state()).isEqualTo(Container.State.RUNNING);
    }

    @Test
    void a_container_with_megabytes_of_labels_and_variables_hides_no_other() {
        ModuleSpec small = create(module("small"));
        ContainerSpec spec = recipe().containerFor(module("large").spec(), "1");
        spec.body()
                .withObjectProperty("Labels")
                .put("x", "\u00e9\"".repeat(1 << 20))
                .put("y".repeat(1 << 20), "");
        spec.body().withArrayProperty("Env").add("LARGE=" + "z".repeat(1 << 20));

        engine().create(spec);

        assertThat(container(small.name()).state()).isEqualTo(Container.State.CREATED);
        assertThat(container(spec.name()).state()).isEqualTo(Container.State.CREATED);
        engine().remove(spec.name());
        assertThat(find(spec.name())).isEmpty();
    }

    @Test
    protected void a_device_that_is_not_there_is_named() {
        ModuleSpec spec = create(module("device")
                .createOptions("{'HostConfig':{'Devices':[{'PathOnHost':'/dev/edge-no-such','PathInContainer':'/dev/x',"
                        + "'CgroupPermissions':'mrw'}]}}"));

        Problem problem = problemOf(() -> engine().start(spec.name()));

        assertThat(problem.code()).isEqualTo(ErrorCode.DEVICE_MISSING);
        assertThat(problem.text()).contains("/dev/edge-no-such is not there");
        assertThat(container(spec.name()).isUp()).isFalse();
    }

    @Test
    protected void a_port_that_is_taken_is_told() {
        String options = "{'ExposedPorts':{'80/tcp':{}},"
                + "'HostConfig':{'PortBindings':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'" + freePort() + "'}]}}}";
        ModuleSpec first = create(module("port-1").createOptions(options));
        ModuleSpec second = create(module("port-2").createOptions(options));
        engine().start(first.name());

        Problem problem = problemOf(() -> engine().start(second.name()));

        assertThat(problem.code()).isEqualTo(ErrorCode.PORT_TAKEN);
        assertThat(problem.text()).contains("already allocated");
    }

    @Test
    void exit_code_and_times_are_read() {
        ModuleSpec spec = create(module("exits").createOptions("{'Cmd':['sh','-c','sleep 0.2; exit 3']}"));

        engine().start(spec.name());

        Container ended = await().atMost(PATIENCE)
                .until(() -> container(spec.name()), container -> container.state() == Container.State.EXITED);
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.outOfMemory()).isFalse();
        assertThat(ended.finishedAt().orElseThrow())
                .isAfterOrEqualTo(ended.startedAt().orElseThrow());
    }

    @Test
    protected void an_end_for_lack_of_memory_is_told() {
        ModuleSpec spec = create(module("memory")
                .createOptions(
                        "{'Cmd':['sh','-c','tail /dev/zero'],'HostConfig':{'Memory':8388608,'MemorySwap':8388608}}"));

        engine().start(spec.name());

        // the engine misses the kernel's word now and then (moby hears of it by another way than of the end): once is
        // enough
        Container ended = await().atMost(PATIENCE.multipliedBy(2))
                .until(() -> again(spec), seen -> seen.outOfMemory() && seen.state() == Container.State.EXITED);
        assertThat(ended.exitCode()).isEqualTo(137);
    }

    private Container again(ModuleSpec spec) {
        Container container = container(spec.name());
        if (container.state() == Container.State.EXITED && !container.outOfMemory()) {
            engine().start(spec.name());
        }
        return container;
    }

    @Test
    protected void health_is_read() {
        String healthcheck =
                "{'Healthcheck':{'Test':['CMD','%s'],'Interval':200000000,'Timeout':5000000000,'Retries':1}}";
        ModuleSpec well = create(module("well").createOptions(healthcheck.formatted("true")));
        ModuleSpec ill = create(module("ill").createOptions(healthcheck.formatted("false")));

        engine().start(well.name());
        engine().start(ill.name());

        await().atMost(PATIENCE).until(() -> container(well.name()).health() == Container.Health.HEALTHY);
        await().atMost(PATIENCE).until(() -> container(ill.name()).health() == Container.Health.UNHEALTHY);
    }

    @Test
    void the_network_is_made_once() {
        engine().ensureNetwork();
        engine().ensureNetwork();

        assertThat(networks()).isEqualTo(1);
    }

    @Test
    void a_watch_tells_that_a_container_ended_until_it_is_closed() throws InterruptedException {
        ModuleSpec spec = create(module("watched").createOptions("{'Cmd':['sh','-c','exit 1']}"));
        Semaphore changes = new Semaphore(0);
        Semaphore losses = new Semaphore(0);

        try (ContainerEngine.Watch watch = engine().watch(changes::release, losses::release)) {
            assertThat(watch).isNotNull();
            await().atMost(PATIENCE).until(() -> {
                // the engine may take a moment to begin telling
                engine().start(spec.name());
                return changes.tryAcquire(100, TimeUnit.MILLISECONDS);
            });
            await().atMost(PATIENCE).until(() -> container(spec.name()).state() == Container.State.EXITED);
        }
        changes.drainPermits();
        engine().remove(spec.name());

        assertThat(changes.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(losses.availablePermits()).isZero();
    }

    @Test
    void the_picture_is_right_though_a_watch_lets_it_be_remembered() {
        ModuleSpec spec = create(module("remembered"));
        Semaphore changes = new Semaphore(0);

        try (ContainerEngine.Watch watch = engine().watch(changes::release, () -> {})) {
            assertThat(watch).isNotNull();
            for (int i = 0; i < 3; i++) {
                engine().start(spec.name());
                await().atMost(PATIENCE).until(() -> container(spec.name()).state() == Container.State.RUNNING);
                Container up = container(spec.name());
                engine().stop(spec.name());
                await().atMost(PATIENCE).until(() -> container(spec.name()).state() == Container.State.EXITED);
                assertThat(container(spec.name()).finishedAt().orElseThrow())
                        .isAfter(up.startedAt().orElseThrow());
            }
        }
    }

    protected final Manifest.Module module(String module) {
        return Manifest.module(name(module)).image(image("1").text());
    }

    protected final ModuleSpec create(Manifest.Module module) {
        pull("1");
        engine().ensureNetwork();
        ModuleSpec spec = module.spec();
        engine().create(recipe().containerFor(spec, "637"));
        return spec;
    }

    protected final Optional<Container> find(String name) {
        return engine().containers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }

    protected final Container container(String name) {
        return find(name).orElseThrow();
    }

    protected static Problem problemOf(ThrowingCallable call) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }

    private void pull(String tag) {
        engine().pull(image(tag), Optional.of(login()), progress -> {});
    }

    protected static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
