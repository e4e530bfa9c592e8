package io.edgeagent.reconcile;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.model.CreateOptions;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnStateTest {
    private static final Path STATE = Path.of("/var/lib/edge-agent");
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final OwnState IN_CONTAINER = new OwnState(
            () -> new HostPaths(
                    List.of(new HostPaths.Mount(STATE, Optional.of(Path.of("/docker/volumes/v/_data")), "agent-data")),
                    List.of(ID, "edge-agent")),
            List.of(STATE, Path.of("/etc/edge-agent")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'HostConfig':{'PidMode':'container:edge-agent'}}",
                "{'HostConfig':{'NetworkMode':'container:0123456789ab'}}",
                "{'HostConfig':{'IpcMode':'container:/edge-agent'}}",
                "{'HostConfig':{'VolumesFrom':['edge-agent:ro']}}",
                "{'HostConfig':{'Binds':['agent-data:/x']}}",
                "{'HostConfig':{'binds':['/docker/volumes/../volumes/v/_data/keys:/x']}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','Source':'agent-data','Target':'/x'}]}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','Target':'/x','VolumeOptions':{'DriverConfig':{'Options':"
                        + "{'type':'none','o':'bind','device':'/docker/volumes/v/_data'}}}}]}}"
            })
    void no_module_gets_what_is_ours_in_a_container(String options) {
        assertRefused(IN_CONTAINER, options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'HostConfig':{'PidMode':'container:other','NetworkMode':'host','VolumesFrom':['other']}}",
                "{'HostConfig':{'Binds':['agent-data-2:/x','/docker/volumes/v2/_data:/y','/:/host','plain']}}",
                "{'HostConfig':{'Mounts':[{'Type':'tmpfs','Target':'/x'}]}}"
            })
    void all_else_is_a_matter_of_the_policy(String options) {
        assertThatCode(() -> IN_CONTAINER.check(CreateOptions.parse(options))).doesNotThrowAnyException();
    }

    @Test
    void a_link_to_what_is_ours_is_ours(@TempDir Path folder) throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.createSymbolicLink(folder.resolve("link"), state);
        OwnState onHost = new OwnState(() -> HostPaths.SAME, List.of(state.toRealPath()));

        assertRefused(onHost, "{'HostConfig':{'Binds':['" + folder + "/link:/x']}}");
        assertRefused(onHost, "{'HostConfig':{'Binds':['" + folder + "/link/new/er:/x']}}");
        assertThatCode(() -> onHost.check(CreateOptions.parse("{'HostConfig':{'Binds':['" + folder + ":/x']}}")))
                .doesNotThrowAnyException();
    }

    private static void assertRefused(OwnState own, String options) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> own.check(CreateOptions.parse(options)))
                .satisfies(e -> org.assertj.core.api.Assertions.assertThat(
                                e.problem().code())
                        .isEqualTo(ErrorCode.OPTIONS_REFUSED))
                .withMessageContaining("the agent's own keys");
    }
}
