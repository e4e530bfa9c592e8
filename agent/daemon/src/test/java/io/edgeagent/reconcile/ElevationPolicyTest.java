package io.edgeagent.reconcile;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.reconcile.ElevationPolicy.Option;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElevationPolicyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        'Privileged':true                                              | privileged
        'privileged':true                                              | privileged
        'CapAdd':['NET_ADMIN']                                         | capabilities
        'NetworkMode':'host'                                           | host-namespaces
        'PidMode':'host'                                               | host-namespaces
        'IpcMode':'host'                                               | host-namespaces
        'UTSMode':'host'                                               | host-namespaces
        'UsernsMode':'host'                                            | host-namespaces
        'CgroupnsMode':'host'                                          | host-namespaces
        'Binds':['/run/docker.sock:/run/docker.sock']                  | docker-socket
        'Binds':['/var/run/docker.sock:/s:ro']                         | docker-socket
        'Binds':['/run/../run//docker.sock:/s']                        | docker-socket
        'Binds':['/run/podman/podman.sock:/s']                         | docker-socket
        'Mounts':[{'Type':'bind','Source':'/var/run/docker.sock'}]     | docker-socket
        'Binds':['/home/pi:/data']                                     | host-paths
        'Mounts':[{'Type':'bind','Source':'/home/pi','Target':'/d'}]   | host-paths
        'mounts':[{'type':'bind','source':'/home/pi','target':'/d'}]   | host-paths
        'VolumesFrom':['other']                                        | host-paths
        'Mounts':[{'Type':'volume','VolumeOptions':{'DriverConfig':{'Options':{'o':'bind'}}}}] | host-paths
        'Devices':[{'PathOnHost':'/dev/i2c-1'}]                        | devices
        'DeviceCgroupRules':['c 89:* rw']                              | devices
        'SecurityOpt':['seccomp=unconfined']                           | security-options
        'MaskedPaths':[]                                               | security-options
        'ReadonlyPaths':[]                                             | security-options
        'CgroupParent':'/custom'                                       | cgroup-parent
        """)
    void an_option_that_is_refused_is_named_and_no_other_is_needed(String hostConfig, String option) {
        Deployment deployment = deployment(hostConfig);
        Option asked = EnumSet.allOf(Option.class).stream()
                .filter(known -> known.text().equals(option))
                .findFirst()
                .orElseThrow();

        assertThat(new ElevationPolicy(Set.of(asked)).refusals(deployment)).hasEntrySatisfying("led", problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.OPTIONS_REFUSED);
            assertThat(problem.text()).contains("refuses " + option + ";").contains("config.toml");
        });
        assertThat(new ElevationPolicy(EnumSet.complementOf(EnumSet.of(asked))).refusals(deployment))
                .isEmpty();
        assertThat(ElevationPolicy.ALLOW_ALL.refusals(deployment)).isEmpty();
    }

    @Test
    void a_device_that_is_asked_for_by_meaning_is_a_device() {
        Deployment deployment = Manifest.version(1)
                .with(module("led").createOptions("{'Labels':{'io.edge-agent.devices':'i2c:1'}}"))
                .deployment();

        assertThat(new ElevationPolicy(Set.of(Option.DEVICES)).refusals(deployment))
                .containsKey("led");
        assertThat(ElevationPolicy.ALLOW_ALL.refusals(deployment)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/var", "/var/run", "/run", "/run/."})
    void a_folder_that_holds_the_socket_is_the_socket(String path) {
        assertThat(new ElevationPolicy(Set.of(Option.DOCKER_SOCKET))
                        .refusals(deployment("'Binds':['" + path + ":/host']")))
                .containsKey("led");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Privileged':false",
                "'CapAdd':[],'CapDrop':['ALL']",
                "'CapAdd':null,'Devices':null,'SecurityOpt':null,'Binds':null,'Mounts':null",
                "'NetworkMode':'bridge','IpcMode':'private'",
                "'Binds':['data:/data']",
                "'Mounts':[{'Type':'volume','Source':'data','Target':'/data'},{'Type':'tmpfs','Target':'/tmp'}]",
                "'PortBindings':{'80/tcp':[{'HostPort':'80'}]},'Memory':8000000",
                "'CgroupParent':''"
            })
    void what_elevates_nothing_is_never_refused(String hostConfig) {
        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment(hostConfig))).isEmpty();
    }

    @Test
    void all_that_a_module_asks_for_is_named_and_other_modules_are_left_alone() {
        Deployment deployment = Manifest.version(1)
                .with(
                        module("led").createOptions("{'HostConfig':{'Privileged':true,'Binds':['/etc:/etc']}}"),
                        module("button"))
                .deployment();

        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment)).containsOnlyKeys("led");
        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment).get("led").text())
                .contains("refuses privileged, host-paths;");
    }

    @ParameterizedTest
    @EnumSource(Option.class)
    void every_option_has_a_name_for_the_configuration(Option option) {
        assertThat(option.text()).matches("[a-z]+(-[a-z]+)*");
        assertThat(AgentConfig.REFUSABLE).contains(option.text());
    }

    private static Deployment deployment(String hostConfig) {
        return Manifest.version(1)
                .with(module("led").createOptions("{'HostConfig':{" + hostConfig + "}}"))
                .deployment();
    }
}
