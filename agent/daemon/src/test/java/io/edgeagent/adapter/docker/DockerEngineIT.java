package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeagent.fake.EngineLab;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerEngineContract;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ModuleNetwork;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port's contract on the engine that ./dev test provides, and what only a real engine can show. */
class DockerEngineIT extends ContainerEngineContract {
    private final EngineLab lab = new EngineLab(addressVariable());
    private final ContainerRecipe recipe = new ContainerRecipe("hub.example.net", lab.run(), lab.run() + "-net");
    private final DockerEngine engine =
            new DockerEngine(lab.engine(), recipe.deviceLabel(), ModuleNetwork.of(recipe.network()));

    @BeforeEach
    void no_image_of_an_earlier_test_is_on_the_board() {
        lab.removeImages();
    }

    @AfterEach
    void clean() {
        engine.close();
        lab.clean();
    }

    @Test
    void speaks_the_newest_version_of_the_api_that_both_know() {
        String offered = lab.docker("version", "--format", "{{.Server.APIVersion}}");

        String agreed = engine.info().apiVersion();

        assertThat(minor(agreed)).isEqualTo(Math.min(minor(offered), 51));
    }

    @Test
    void unknown_fields_reach_the_engine() {
        ModuleSpec spec = create(module("masked").createOptions("{'HostConfig':{'MaskedPaths':['/proc/kcore']}}"));

        assertThat(lab.docker("inspect", "-f", "{{json .HostConfig.MaskedPaths}}", spec.name()))
                .isEqualTo("[\"/proc/kcore\"]");
    }

    @Test
    void modules_find_each_other_by_name_on_the_network() {
        ModuleSpec led = create(module("led").createOptions("{'Cmd':['httpd','-f','-p','80','-h','/']}"));
        ModuleSpec button = create(module("button")
                .createOptions("{'Cmd':['sh','-c','until wget -q -O /dev/null http://" + led.name()
                        + "/bin/busybox; do sleep 0.1; done']}"));

        engine.start(led.name());
        engine.start(button.name());

        await().atMost(Duration.ofSeconds(20))
                .until(() -> container(button.name()).state() == Container.State.EXITED);
        assertThat(container(button.name()).exitCode()).isZero();
    }

    @Test
    void the_module_network_has_the_addresses_that_the_operator_gave_and_addresses_in_use_are_said() {
        ModuleNetwork.Pool four = new ModuleNetwork.Pool(
                Optional.of("10.199.251.0/24"), Optional.of("10.199.251.1"), Optional.of("10.199.251.128/25"));
        ModuleNetwork.Pool six = new ModuleNetwork.Pool(
                Optional.of("fd00:edfe:251::/64"), Optional.of("fd00:edfe:251::1"), Optional.empty());
        ModuleNetwork wanted = new ModuleNetwork(lab.run() + "-own", true, List.of(four, six));
        ModuleNetwork same = new ModuleNetwork(lab.run() + "-same", false, List.of(four));
        try (DockerEngine own = new DockerEngine(lab.engine(), recipe.deviceLabel(), wanted);
                DockerEngine other = new DockerEngine(lab.engine(), recipe.deviceLabel(), same)) {
            own.ensureNetwork();
            own.ensureNetwork();

            assertThat(lab.docker("network", "inspect", "-f", "{{json .IPAM.Config}} {{.EnableIPv6}}", wanted.name()))
                    .contains("10.199.251.0/24", "fd00:edfe:251::/64", "fd00:edfe:251::1")
                    .endsWith(" true");
            // not every engine shows the range
            own.pull(lab.image("1"), Optional.of(lab.login()), progress -> {});
            String image = lab.image("1").toString();
            assertThat(lab.docker("run", "--rm", "--network", wanted.name(), image, "hostname", "-i"))
                    .containsPattern("10\\.199\\.251\\.(12[89]|1[3-9]\\d|2\\d\\d)");
            assertThat(own.gateway()).contains("10.199.251.1");
            assertThatThrownBy(other::ensureNetwork)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            failure -> assertThat(failure.problem().text()).contains("network " + same.name()));
        }
    }

    @Test
    void a_module_gets_its_identity_in_the_environment() {
        ModuleSpec spec = create(module("env").env("A", "b c"));

        assertThat(lab.docker("inspect", "-f", "{{json .Config.Env}}", spec.name()))
                .contains("IOTEDGE_MODULEID=" + spec.name(), "IOTEDGE_DEVICEID=" + lab.run(), "\"A=b c\"");
    }

    @Test
    void a_container_that_is_made_anew_keeps_its_volumes_settings_and_networks() {
        String further = lab.run() + "-further";
        lab.docker("network", "create", further);
        ModuleSpec spec = create(module("anew")
                .env("A", "b c")
                .createOptions(
                        "{'Cmd':['sh','-c','cat /data/x /more/x; echo kept >/data/x; echo so >/more/x; sleep 99'],"
                                + "'Volumes':{'/data':{}},'StopTimeout':1,'HostConfig':{'Memory':33554432,"
                                + "'Mounts':[{'Type':'volume','Target':'/more'}],"
                                + "'ExtraHosts':['there:10.9.8.7'],'PortBindings':{'80/tcp':[{'HostPort':'0'}]}},"
                                + "'NetworkingConfig':{'EndpointsConfig':{'" + recipe.network()
                                + "':{'Aliases':['another-name']}}}}"));
        lab.docker("network", "connect", "--alias", "over-there", further, spec.name());
        engine.start(spec.name());
        engine.stop(spec.name());
        String settings = "{{range .Config.Env}}{{.}}\n{{end}}{{json .Config.Cmd}} {{json .Config.Labels}}"
                + " {{json .Config.Volumes}}"
                + " {{.Config.Image}} {{.Config.StopTimeout}} {{.HostConfig.Memory}} {{json .HostConfig.ExtraHosts}}"
                + " {{json .HostConfig.PortBindings}} {{.HostConfig.NetworkMode}} {{range .Mounts}}{{.Name}} {{end}}";
        String before = lab.docker("inspect", "-f", settings, spec.name());

        engine.makeAnew(spec.name());
        engine.start(spec.name());

        await().atMost(Duration.ofSeconds(20))
                .until(() -> lab.docker("logs", spec.name()).equals("kept\nso"));
        // the variables may be in another order
        assertThat(lab.docker("inspect", "-f", settings, spec.name()).lines())
                .containsExactlyInAnyOrderElementsOf(before.lines().toList());
        String networks = lab.docker(
                "inspect",
                "-f",
                "{{range $name, $to := .NetworkSettings.Networks}}{{$name}} {{$to.Aliases}} {{end}}",
                spec.name());
        assertThat(networks).contains(recipe.network(), "another-name", further, "over-there");
        engine.stop(spec.name());
        engine.remove(spec.name());
        lab.docker("network", "rm", further);
    }

    @Test
    void another_device_on_the_same_engine_sees_and_touches_nothing_of_ours() {
        ModuleSpec spec = create(module("ours"));
        engine.start(spec.name());

        try (DockerEngine other = new DockerEngine(
                lab.engine(), "hub.example.net/" + lab.run() + "-2", ModuleNetwork.of(recipe.network()))) {
            assertThat(other.containers()).isEmpty();
            assertThat(problemOf(() -> other.stop(spec.name())).text()).contains("no container of ours");
            other.remove(spec.name());
        }

        assertThat(container(spec.name()).isUp()).isTrue();
    }

    @Test
    void a_name_is_not_taken_for_another_that_it_is_part_of() {
        ModuleSpec longer = create(module("led.one"));
        ModuleSpec similar = create(module("ledxone"));

        engine.remove(name("led"));
        engine.remove(longer.name());

        assertThat(find(longer.name())).isEmpty();
        assertThat(find(similar.name())).isPresent();
    }

    @Test
    void a_command_that_is_not_in_the_image_is_no_trouble_of_the_registry() {
        ModuleSpec spec = create(module("no-command").createOptions("{'Cmd':['/etc']}"));

        assertThat(problemOf(() -> engine.start(spec.name()))).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
            assertThat(problem.text()).contains("/etc");
        });
    }

    /** Regression: docker-java's ten seconds took the place of the container's own stop timeout. */
    @Test
    void a_container_gets_the_time_to_end_that_it_asks_for() {
        ModuleSpec spec = create(module("slow-end")
                .createOptions(
                        "{'StopTimeout':60,'Cmd':['sh','-c','end() { sleep 12; exit 7; }; trap end TERM; echo ready;"
                                + " while :; do sleep 0.2; done']}"));
        engine.start(spec.name());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> lab.docker("logs", spec.name()).contains("ready"));

        engine.stop(spec.name());

        assertThat(container(spec.name()).exitCode()).isEqualTo(7);
    }

    @Test
    void options_that_the_engine_refuses_are_told_in_its_words() {
        assertThat(problemOf(() -> create(module("refused").createOptions("{'HostConfig':{'Memory':1}}")))
                        .text()
                        .toLowerCase(Locale.ROOT))
                .contains("memory limit");
    }

    @Test
    void a_socket_that_is_missing_or_dead_is_an_engine_that_does_not_answer(@TempDir Path folder) throws IOException {
        Path dead = folder.resolve("dead.sock");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(dead));
        }
        for (Path path : new Path[] {folder.resolve("missing.sock"), dead}) {
            try (DockerEngine away = new DockerEngine("unix://" + path, "hub/d", ModuleNetwork.of("net"))) {
                assertThat(problemOf(away::containers).code()).isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
                assertThat(problemOf(() -> away.pull(image("1"), Optional.empty(), line -> {}))
                                .code())
                        .isEqualTo(ErrorCode.ENGINE_UNREACHABLE);
            }
        }
    }

    /** The environment variable that holds the address of the engine under test. */
    String addressVariable() {
        return EngineLab.ENGINE;
    }

    @Override
    protected ContainerEngine engine() {
        return engine;
    }

    @Override
    protected ContainerRecipe recipe() {
        return recipe;
    }

    @Override
    protected ImageReference image(String tag) {
        return lab.image(tag);
    }

    @Override
    protected ImageReference imageByDigest() {
        engine.pull(lab.image("2"), Optional.of(lab.login()), progress -> {});
        String digest = lab.docker(
                "inspect", "-f", "{{index .RepoDigests 0}}", lab.image("2").text());
        lab.removeImages();
        return ImageReference.parse(digest);
    }

    @Override
    protected RegistryCredential login() {
        return lab.login();
    }

    @Override
    protected String name(String module) {
        return lab.run() + "-" + module;
    }

    @Override
    protected void makeForeign(String name) {
        engine.pull(lab.image("1"), Optional.of(lab.login()), progress -> {});
        lab.docker(
                "run", "-d", "--network", "none", "--name", name, lab.image("1").text());
    }

    @Override
    protected Optional<String> runningForeign(String name) {
        return lab.tryDocker("ps", "-q", "--no-trunc", "--filter", "name=^/?" + name + "$")
                .filter(id -> !id.isEmpty());
    }

    @Override
    protected int networks() {
        return (int) lab.docker(
                        "network",
                        "ls",
                        "-q",
                        "--filter",
                        "label=" + ContainerRecipe.DEVICE_LABEL + "=" + recipe.deviceLabel())
                .lines()
                .count();
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }
}
