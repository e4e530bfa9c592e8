package io.edgeagent.reconcile;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.fake.BrokenModule;
import io.edgeagent.fake.Manifest;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.reconcile.ElevationPolicy.Option;
import java.util.EnumSet;
import java.util.Map;
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
                    'NetworkMode':'Host'                                           | host-namespaces
                    'NetworkMode':'container:edge-agent'                           | host-namespaces
                    'NetworkMode':'ns:/proc/1/ns/net'                              | host-namespaces
                    'PidMode':'container:edge-agent'                               | host-namespaces
                    'IpcMode':'container:edge-agent'                               | host-namespaces
                    'Cgroup':'container:edge-agent'                                | host-namespaces
                    'UsernsMode':'keep-id'                                         | host-namespaces
                    'Binds':['/run/containerd/containerd.sock:/s']                 | docker-socket
                    'Binds':['./home:/data']                                       | host-paths
                    'Binds':['~/data:/data']                                       | host-paths
                    'Mounts':[{'Type':'BIND','Source':'home','Target':'/d'}]       | host-paths
                    'Mounts':[{'Type':'volume','Source':'/home','Target':'/d'}]    | host-paths
                    'Mounts':[{'Type':'volume','VolumeOptions':{'DriverConfig':{'Name':'nfs'}}}] | host-paths
                    'ContainerIDFile':'/etc/shadow'                                | host-paths
                    'DeviceRequests':[{'Count':-1}]                                | devices
                    'Capabilities':['ALL']                                         | capabilities
                    'Runtime':'nvidia'                                             | other-options
                    'Sysctls':{'net.ipv4.ip_forward':1}                            | other-options
                    'GroupAdd':['0']                                               | other-options
                    'GroupAdd':['+00']                                             | other-options
                    'GroupAdd':['root']                                            | other-options
                    'OomScoreAdj':-1000                                            | other-options
                    'OomKillDisable':true                                          | other-options
                    'Links':['other:o']                                            | other-options
                    'StorageOpt':{'size':'1T'}                                     | other-options
                    'Annotations':{'run.oci.handler':'krun'}                       | other-options
                    'VolumeDriver':'rexray'                                        | other-options
                    'LogConfig':{'Type':'syslog','Config':{}}                      | other-options
                    'LogConfig':{'Type':'k8s-file','Config':{'path':'/etc/x'}}     | other-options
                    'Mounts':[{'Type':'image','Source':'other','Target':'/d'}]     | other-options
                    'CpuRealtimeRuntime':950000                                    | other-options
                    'FieldOfANewerEngine':'x'                                      | other-options
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
            assertThat(problem.text()).contains("refuses " + option + " (").contains("config.toml");
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
                "'CgroupParent':'','Runtime':'','Sysctls':{},'OomScoreAdj':0,'OomKillDisable':false,'FutureFlag':false",
                "'SecurityOpt':['no-new-privileges'],'GroupAdd':['1000','video'],'OomScoreAdj':500",
                "'LogConfig':{'Type':'json-file','Config':{'max-size':'10m','max-file':3}},'Ulimits':[{'Name':'nofile','Soft':1,'Hard':2}]",
                "'NetworkMode':'my-net','Dns':['1.1.1.1'],'ExtraHosts':['a:1.2.3.4'],'Init':true,'ShmSize':1,'Tmpfs':{'/t':''}",
                "'RestartPolicy':{'Name':'always'},'AutoRemove':true,'ReadonlyRootfs':true,'CapDrop':['ALL'],'NanoCpus':1",
                "'Mounts':[{'Type':'volume','Source':'data','Target':'/d','VolumeOptions':{'DriverConfig':{'Name':'local'}}}]"
            })
    void what_elevates_nothing_is_never_refused(String hostConfig) {
        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment(hostConfig))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'Privileged':true                                                        | privileged (Privileged)
                    'Binds':['/:/h']                                                         | host-paths (Binds)
                    'NetworkingConfig':{'EndpointsConfig':{'host':{}}}                       | host-namespaces
                    'NetworkingConfig':{'EndpointsConfig':{'n':{'Links':['a']}}}             | other-options
                    'NetworkingConfig':{'EndpointsConfig':{'n':{'DriverOpts':{'a':'b'}}}}    | other-options
                    'NetworkingConfig':{'FutureField':1}                                     | other-options
                    'FutureField':'x'                                                        | other-options (FutureField)
                    """)
    void what_stands_beside_the_host_config_is_looked_at_too(String body, String refusal) {
        Deployment deployment = Manifest.version(1)
                .with(module("led").createOptions("{" + body + "}"))
                .deployment();

        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment).get("led").text())
                .contains(refusal);
    }

    @Test
    void an_ordinary_body_is_not_refused() {
        Deployment deployment = Manifest.version(1)
                .with(module("led")
                        .createOptions("{'Hostname':'h','User':'1000','Env':['A=b'],'Cmd':['x'],'Labels':{'a':'b'},"
                                + "'ExposedPorts':{'80/tcp':{}},'Volumes':{'/d':{}},'Healthcheck':{'Test':['NONE']},"
                                + "'StopTimeout':5,'NetworkingConfig':{'EndpointsConfig':{'n':{'Aliases':['x'],"
                                + "'IPAMConfig':{'IPv4Address':'10.0.0.2'}}}}}"))
                .deployment();

        assertThat(ElevationPolicy.REFUSE_ALL.refusals(deployment)).isEmpty();
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
                .contains("refuses privileged (HostConfig.Privileged), host-paths (HostConfig.Binds);");
    }

    @Test
    void what_cannot_be_judged_is_refused_and_hides_no_other_module() {
        Deployment deployment = BrokenModule.in(
                Manifest.version(1)
                        .with(module("bad"), module("led").createOptions("{'HostConfig':{'Privileged':true}}"))
                        .deployment(),
                "bad");

        Map<String, Problem> refusals = ElevationPolicy.REFUSE_ALL.refusals(deployment);

        assertThat(refusals).containsOnlyKeys("bad", "led");
        assertThat(refusals.get("bad").code()).isEqualTo(ErrorCode.OPTIONS_REFUSED);
        assertThat(refusals.get("led").text()).contains("privileged");
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
