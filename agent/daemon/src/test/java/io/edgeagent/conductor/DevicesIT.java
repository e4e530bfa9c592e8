package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.adapter.docker.DockerEngine;
import io.edgeagent.adapter.linux.LinuxDevices;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.EngineLab;
import io.edgeagent.fake.FakeLink;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.fake.OpenGate;
import io.edgeagent.fake.OwnImages;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.ModuleNetwork;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.report.HubCondition;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices in containers of a real engine. The board is made: a node with the numbers of /dev/fuse, which containers may not
 * open by themselves, stands for an I2C bus; the engine makes it, because that takes root.
 */
class DevicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EngineLab lab = new EngineLab();
    private final ContainerRecipe recipe = new ContainerRecipe("hub.example.net", lab.run(), lab.run() + "-net");
    private final DockerEngine engine =
            new DockerEngine(lab.engine(), recipe.deviceLabel(), ModuleNetwork.of(recipe.network()));
    private final OwnImages images = new OwnImages(lab);
    private final FakeLink link = new FakeLink();
    private Optional<Conductor> agent = Optional.empty();

    @TempDir
    private Path folder;

    @BeforeEach
    void sysfs() throws IOException {
        Path bus = Files.createDirectories(folder.resolve("sys/class/i2c-dev/i2c-1"));
        Files.writeString(bus.resolve("uevent"), "MAJOR=10\nMINOR=229\nDEVNAME=i2c-1\n");
        Files.createDirectories(folder.resolve("dev"));
        images.make(tool());
    }

    @AfterEach
    void clean() {
        agent.ifPresent(Conductor::stop);
        unplug();
        engine.close();
        lab.clean();
        images.clean();
    }

    @Test
    void a_non_root_module_without_privilege_opens_its_bus() {
        plug();
        start(DevicePolicy.ALLOW, sensor(""));
        await().atMost(PATIENCE).until(() -> running().isPresent());

        assertThat(inModule("exec 3<>\"$EDGE_DEVICE_I2C_1\" && echo opened")).contains("opened");
        assertThat(inModule("id -G")).contains("998");
        JsonNode host = inspect("{{json .HostConfig}}");
        assertThat(host.path("Privileged").asBoolean()).isFalse();
        assertThat(host.at("/Devices/0/CgroupPermissions").asText()).isEqualTo("rw");
        assertThat(inspect("{{json .Config.Env}}").toString()).contains("EDGE_DEVICE_I2C_1=/dev/i2c-1");
    }

    @Test
    void read_only_is_held_by_the_kernel() {
        plug();
        start(DevicePolicy.ALLOW, sensor(":ro"));
        await().atMost(PATIENCE).until(() -> running().isPresent());

        assertThat(inModule("exec 3</dev/i2c-1 && echo opened")).contains("opened");
        assertThat(inModule("(exec 3<>/dev/i2c-1) 2>&1 || true")).contains("not permitted");
    }

    @Test
    void a_module_starts_within_a_second_of_its_device_and_stops_when_it_goes() {
        start(DevicePolicy.ALLOW, sensor(""));
        await().atMost(PATIENCE).until(() -> description().contains("/dev/i2c-1 is not there"));
        // the image came meanwhile
        await().atMost(PATIENCE).until(() -> lab.docker("images", "-q", image()).length() > 0);

        plug();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> running().isPresent());

        unplug();
        await().atMost(PATIENCE).until(() -> running().isEmpty());
        String container = inspect("{{json .Id}}").asText();
        plug();
        await().atMost(PATIENCE).until(() -> running().isPresent());
        assertThat(inspect("{{json .Id}}").asText()).isEqualTo(container);
    }

    @Test
    void the_seed_s_privileged_module_is_narrowed_to_its_device() {
        plug();
        // a raw device is named as the host knows it, below /dev
        asRoot("mknod -m 666 /made/zero c 1 5");
        start(
                new DevicePolicy(DevicePolicy.Privileged.NARROW, Map.of(), Set.of()),
                module(name())
                        .image(image())
                        .createOptions("{'User':'1000:1000','Cmd':['sleep','100000'],'HostConfig':{'Privileged':true,"
                                + "'Devices':[{'PathOnHost':'/dev/zero','PathInContainer':'/dev/zero',"
                                + "'CgroupPermissions':'mrw'}]},'Labels':{'io.edge-agent.devices':'i2c:1'}}"));
        await().atMost(PATIENCE).until(() -> running().isPresent());

        assertThat(inspect("{{json .HostConfig.Privileged}}").asBoolean(true)).isFalse();
        assertThat(inspect("{{json .HostConfig.Devices}}").toString())
                .contains("\"rw\"")
                .doesNotContain("mrw");
        assertThat(inModule("exec 3<>/dev/i2c-1 && echo opened")).contains("opened");
    }

    private void start(DevicePolicy policy, Manifest.Module module) {
        DeviceInventory inventory =
                new LinuxDevices(folder.resolve("sys"), folder.resolve("dev"), folder.resolve("dev"));
        MemoryStore store = new MemoryStore();
        Conductor conductor = new Conductor(
                new Conductor.Ports(
                        engine,
                        link,
                        new Identities(new FakeRegistry(), () -> SharedKey.of(new byte[] {1})),
                        ModuleSockets.NONE,
                        inventory,
                        path -> Optional.empty(),
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
                        Duration.ofSeconds(5),
                        "boot",
                        UpdatePolicy.REPLACE,
                        ElevationPolicy.ALLOW_ALL,
                        policy,
                        DiskLimits.DEFAULT));
        agent = Optional.of(conductor);
        Thread thread = new Thread(conductor::run, "conductor");
        thread.setDaemon(true);
        thread.start();
        await().until(link::isStarted);
        link.twin(Manifest.version(1)
                .withLogin(
                        lab.login().address(),
                        lab.login().username(),
                        lab.login().password())
                .with(module)
                .json());
    }

    private Manifest.Module sensor(String access) {
        return module(name())
                .image(image())
                .createOptions(
                        ("{'User':'1000:1000','Cmd':['sleep','100000'],'Labels':{'io.edge-agent.devices':'i2c:1%s',"
                                        + "'io.edge-agent.on-unplug':'stop'}}")
                                .formatted(access));
    }

    private String name() {
        return lab.run() + "-sensor";
    }

    private String image() {
        return lab.image("1").text();
    }

    private String tool() {
        return lab.run() + "-tool:1";
    }

    private String description() {
        return link.reported("/modules/" + name() + "/statusDescription").asText();
    }

    private Optional<String> running() {
        return Optional.of(lab.docker("ps", "-q", "--filter", "name=^/?" + name() + "$"))
                .filter(id -> !id.isEmpty());
    }

    private String inModule(String command) {
        return lab.docker("exec", name(), "sh", "-c", command);
    }

    private JsonNode inspect(String format) {
        try {
            return Json.MAPPER.readTree(lab.docker("inspect", "-f", format, name()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void plug() {
        asRoot("mknod -m 660 /made/i2c-1 c 10 229 && chown 0:998 /made/i2c-1");
    }

    private void unplug() {
        asRoot("rm -f /made/i2c-1 /made/zero");
    }

    private void asRoot(String command) {
        lab.docker("run", "--rm", "-v", folder.resolve("dev") + ":/made", tool(), "sh", "-c", command);
    }
}
