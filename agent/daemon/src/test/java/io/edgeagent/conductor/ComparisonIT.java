package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.adapter.docker.DockerEngine;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.EngineLab;
import io.edgeagent.fake.FakeLink;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.fake.OpenGate;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.ModuleNetwork;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.report.HubCondition;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Supervisor;
import io.edgeagent.testing.LoggedLines;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the engine makes of createOptions, a deployment that was carried out is carried out. */
class ComparisonIT {
    /** Each is one module's, besides its command. */
    private static final List<String> CREATE_OPTIONS = List.of(
            "",
            "'Env':['Z=1','A=2','M=x=y','EMPTY='],'WorkingDir':'/'",
            "'Env':['A=2','M=x=y','EMPTY=','Z=1','NOT_SET']",
            "'HostConfig':{'PortBindings':{'80/tcp':[{'HostIp':'127.0.0.1','HostPort':''}]}}",
            "'HostConfig':{'PortBindings':{'53/udp ':[{'HostIp':'127.0.0.1'}],'81':[{'HostIp':'127.0.0.1'}]}}",
            "'ExposedPorts':{'8883/tcp':{},'443/tcp ':{},'5671':{}}",
            "'HostConfig':{'Binds':['/etc/hostname:/host/name:ro','/tmp:/host/tmp']}",
            "'HostConfig':{'Mounts':[{'Type':'tmpfs','Target':'/cache','TmpfsOptions':{'SizeBytes':1048576}}]}",
            "'HostConfig':{'Tmpfs':{'/run':'rw,size=64k','/var/tmp':''}},'Volumes':{'/anonymous':{}}",
            "'Healthcheck':{'Test':['CMD-SHELL','true'],'Interval':1000000000,'Timeout':3000000000,'Retries':2}",
            "'Healthcheck':{'Test':['NONE']}",
            "'HostConfig':{'Ulimits':[{'Name':'nofile','Soft':1024,'Hard':2048},{'Name':'nproc','Soft':64,'Hard':64}]}",
            "'HostConfig':{'Memory':16777216,'NanoCpus':500000000,'CpuShares':512,'PidsLimit':50}",
            "'HostConfig':{'RestartPolicy':{'Name':'no','MaximumRetryCount':0},'AutoRemove':false,'ShmSize':0}",
            "'HostConfig':{'LogConfig':{'Type':'json-file','Config':{'max-size':'1m','max-file':'2'}}}",
            "'HostConfig':{'LogConfig':{'Type':'','Config':{}},'Dns':['127.0.0.1'],'ExtraHosts':['hub:127.0.0.1']}",
            "'HostConfig':{'CapAdd':['CAP_NET_ADMIN','sys_time'],'CapDrop':['mknod'],'SecurityOpt':['no-new-privileges']}",
            "'HostConfig':{'Devices':[{'PathOnHost':'/dev/null','PathInContainer':'/dev/x','CgroupPermissions':'rw'}]}",
            "'HostConfig':{'NetworkMode':'host'}",
            "'HostConfig':{'NetworkMode':'none','IpcMode':'private','Privileged':false,'ReadonlyRootfs':true}",
            "'Labels':{'b':'2','a':'1','unicode':'\\u00fc'},'User':'0:0','Hostname':'board','Domainname':'example'",
            "'Entrypoint':null,'OnBuild':null,'Tty':true,'OpenStdin':true,'StopTimeout':1,'MacAddress':''",
            "'HostConfig':null,'Labels':null,'Env':null,'NetworkingConfig':{'EndpointsConfig':{}}",
            "'FutureField':{'a':[1,2]},'HostConfig':{'FutureField':true,'Sysctls':{'net.ipv4.ip_forward':'1'}}",
            "'hostconfig':{'memory':16777216},'env':['SPELLED=differently']");

    private final EngineLab lab = new EngineLab();
    private final ContainerRecipe recipe = new ContainerRecipe("hub.example.net", lab.run(), lab.run() + "-net");
    private final MemoryStore store = new MemoryStore();
    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void clean() {
        lab.clean();
    }

    @Test
    void a_deployment_of_all_kinds_of_options_is_carried_out_once_and_then_left_alone() {
        Manifest manifest = manifest();
        Map<String, Container> made;
        try (Agent agent = new Agent(manifest)) {
            agent.awaitSuccess();
            made = agent.containers();
            assertThat(made).hasSameSizeAs(CREATE_OPTIONS);
            try (LoggedLines log = LoggedLines.of("io.edgeagent.conductor")) {
                agent.awaitListings(10);
                assertThat(log.lines()).isEmpty();
            }
        }

        // with nothing remembered but what the containers tell
        try (LoggedLines log = LoggedLines.of("io.edgeagent.conductor");
                Agent again = new Agent(manifest)) {
            again.awaitSuccess();
            again.awaitListings(10);

            assertThat(log.lines()).noneMatch(line -> line.contains("event=step"));
            made.forEach((name, container) -> {
                assertThat(again.containers().get(name).id()).isEqualTo(container.id());
                assertThat(again.containers().get(name).startedAt()).isEqualTo(container.startedAt());
            });
        }
    }

    private Manifest manifest() {
        Manifest manifest = Manifest.version(1)
                .withLogin(
                        lab.login().address(),
                        lab.login().username(),
                        lab.login().password());
        for (int i = 0; i < CREATE_OPTIONS.size(); i++) {
            String options = CREATE_OPTIONS.get(i);
            manifest = manifest.with(module("%s-%02d".formatted(lab.run(), i))
                    .image(lab.image("1").text())
                    .env("FROM_MANIFEST", "1")
                    .createOptions("{'Cmd':['sleep','100000'],'StopSignal':'SIGKILL'"
                            + (options.isEmpty() ? "" : "," + options) + "}"));
        }
        return manifest;
    }

    /** The agent but for the hub, on the real engine. */
    private final class Agent implements AutoCloseable {
        private final AtomicInteger listings = new AtomicInteger();
        private final DockerEngine engine =
                new DockerEngine(lab.engine(), recipe.deviceLabel(), ModuleNetwork.of(recipe.network()));
        private final ContainerEngine counting = (ContainerEngine) Proxy.newProxyInstance(
                ContainerEngine.class.getClassLoader(),
                new Class<?>[] {ContainerEngine.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("containers")) {
                        listings.incrementAndGet();
                    }
                    try {
                        return method.invoke(engine, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        private final FakeLink link = new FakeLink();
        private final Conductor conductor = new Conductor(
                new Conductor.Ports(
                        counting,
                        link,
                        new Identities(registry, () -> SharedKey.of(new byte[] {1})),
                        ModuleSockets.NONE,
                        DeviceInventory.NONE,
                        folder -> Optional.empty(),
                        Supervisor.NOBODY,
                        Clock.SYSTEM,
                        new SplittableRandom(1),
                        OpenGate.of(Clock.SYSTEM),
                        () -> HubCondition.WELL,
                        Map.of(),
                        LogRules.NONE,
                        () -> {}),
                new Conductor.Stores(store, store, store, store, Runnable::run, List.of()),
                recipe,
                new Conductor.Settings(
                        "9.9",
                        Duration.ofMillis(100),
                        "boot",
                        UpdatePolicy.REPLACE,
                        ElevationPolicy.ALLOW_ALL,
                        DevicePolicy.ALLOW,
                        DiskLimits.DEFAULT));
        private final Thread thread = new Thread(conductor::run, "conductor");

        Agent(Manifest manifest) {
            thread.setDaemon(true);
            thread.start();
            await().until(link::isStarted);
            link.twin(manifest.json());
        }

        void awaitSuccess() {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !link.reported("/lastDesiredStatus/code").isMissingNode());
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(link.reported("/lastDesiredStatus").toString())
                                    .isEqualTo("{\"code\":200,\"description\":\"\"}"));
        }

        void awaitListings(int count) {
            int before = listings.get();
            await().atMost(Duration.ofMinutes(1)).until(() -> listings.get() >= before + count);
        }

        Map<String, Container> containers() {
            return engine.containers().stream().collect(Collectors.toMap(Container::name, Function.identity()));
        }

        @Override
        public void close() {
            conductor.stop();
            await().atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
            engine.close();
        }
    }
}
