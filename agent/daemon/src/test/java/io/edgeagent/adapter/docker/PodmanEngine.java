package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.reconcile.Container;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What holds for Docker, on Podman's Docker API; each test that is here states what Podman does instead. It needs a Podman, so it is run
 * with {@code ./dev test --all}, which sets EDGE_TEST_PODMAN to the address of its service.
 */
class PodmanEngine extends DockerEngineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    String addressVariable() {
        return "EDGE_TEST_PODMAN";
    }

    /** Podman leaves the probes to timers of systemd, and this Podman runs without one. */
    @Test
    @Override
    protected void health_is_read() {
        ModuleSpec spec = create(module("well").createOptions("{'Healthcheck':{'Test':['CMD','true']}}"));

        engine().start(spec.name());

        assertThat(container(spec.name()).health()).isEqualTo(Container.Health.STARTING);
    }

    /** Only the exit code tells, so the status says "killed" without the reason. */
    @Test
    @Override
    protected void an_end_for_lack_of_memory_is_told() {
        ModuleSpec spec = create(module("memory")
                .createOptions(
                        "{'Cmd':['sh','-c','tail /dev/zero'],'HostConfig':{'Memory':8388608,'MemorySwap':8388608}}"));

        engine().start(spec.name());

        await().atMost(PATIENCE).until(() -> container(spec.name()).state() == Container.State.EXITED);
        assertThat(container(spec.name()).exitCode()).isEqualTo(137);
    }

    @Test
    @Override
    protected void a_device_that_is_not_there_is_named() {
        String device = "{'HostConfig':{'Devices':[{'PathOnHost':'/dev/edge-no-such','PathInContainer':'/dev/x',"
                + "'CgroupPermissions':'mrw'}]}}";

        assertThat(problemOf(() -> create(module("device").createOptions(device)))
                        .text())
                .contains("no such file or directory");
    }

    @Test
    @Override
    protected void a_port_that_is_taken_is_told() {
        String options =
                "{'ExposedPorts':{'80/tcp':{}},'HostConfig':{'PortBindings':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':'"
                        + freePort() + "'}]}}}";
        ModuleSpec first = create(module("port-1").createOptions(options));
        ModuleSpec second = create(module("port-2").createOptions(options));
        engine().start(first.name());

        assertThat(problemOf(() -> engine().start(second.name())).code()).isEqualTo(ErrorCode.PORT_TAKEN);
    }

    /** They do, but inspect does not show this one. */
    @Test
    @Override
    void unknown_fields_reach_the_engine() {
        ModuleSpec spec = create(module("masked").createOptions("{'HostConfig':{'MaskedPaths':['/proc/kcore']}}"));

        engine().start(spec.name());

        assertThat(container(spec.name()).isUp()).isTrue();
    }

    @Test
    @Override
    void a_command_that_is_not_in_the_image_is_no_trouble_of_the_registry() {
        ModuleSpec spec = create(module("no-command").createOptions("{'Cmd':['/etc']}"));

        assertThat(problemOf(() -> engine().start(spec.name())).code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    }

    /** Podman takes a memory limit of one byte, so another nonsense stands for it. */
    @Test
    @Override
    void options_that_the_engine_refuses_are_told_in_its_words() {
        assertThat(problemOf(() -> create(
                                module("refused").createOptions("{'HostConfig':{'NetworkMode':'container:no-such'}}")))
                        .text())
                .contains("no such container");
    }
}
