package io.edgeagent.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeEngine;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.fake.FakeLink;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.report.HubCondition;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/** A conductor on its own thread amid fakes. What survives a restart of the agent survives {@link #restart}. */
final class Rig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ContainerRecipe RECIPE = new ContainerRecipe("hub.example.net", "board", "azure-iot-edge");

    final FakeEngine engine = new FakeEngine(RECIPE.deviceLabel());
    final FakeRegistry registry = new FakeRegistry();
    final MemoryStore store = new MemoryStore();
    final FakeClock clock = new FakeClock();
    final FakeInventory devices = new FakeInventory();
    final FakeSupervisor supervisor = new FakeSupervisor();
    FakeLink link = new FakeLink();
    private String bootId = "first boot";
    private UpdatePolicy updates = UpdatePolicy.REPLACE;
    private ElevationPolicy elevation = ElevationPolicy.ALLOW_ALL;
    private DevicePolicy devicePolicy = DevicePolicy.ALLOW;
    private Conductor conductor;
    private Thread thread;

    Rig() {
        start();
    }

    private void start() {
        conductor = new Conductor(
                new Conductor.Ports(
                        engine,
                        link,
                        new Identities(registry, () -> SharedKey.of(new byte[] {1})),
                        ModuleSockets.NONE,
                        devices,
                        folder -> Optional.empty(),
                        supervisor,
                        clock,
                        new SplittableRandom(1),
                        () -> HubCondition.WELL),
                new Conductor.Stores(store, store, store, store),
                RECIPE,
                new Conductor.Settings(
                        "9.9", Duration.ofSeconds(5), bootId, updates, elevation, devicePolicy, DiskLimits.DEFAULT));
        thread = new Thread(conductor::run, "conductor");
        thread.setDaemon(true);
        thread.start();
        until(link::isStarted);
    }

    /** Ends the agent and starts it again, on a link that has not been up yet. */
    void restart() {
        stop();
        link = new FakeLink();
        start();
    }

    /** The board loses power: containers end with the given code, and it boots again. */
    void reboot(int exitCode) {
        stop();
        engine.cutOff(exitCode);
        bootId += " again";
        link = new FakeLink();
        start();
    }

    /** Starts the agent again with other settings. */
    void restart(UpdatePolicy newUpdates, ElevationPolicy newElevation) {
        updates = newUpdates;
        elevation = newElevation;
        restart();
    }

    /** Starts the agent again with another policy about devices. */
    void restart(DevicePolicy policy) {
        devicePolicy = policy;
        restart();
    }

    ObjectNode status() {
        return conductor.operations().status();
    }

    void stop() {
        conductor.stop();
        until(() -> !thread.isAlive());
    }

    /** A twin of this manifest, whose images are in the registry. */
    void deploy(Manifest manifest) {
        manifest.deployment()
                .modules()
                .values()
                .forEach(module -> engine.push(module.image().text()));
        link.twin(manifest.json());
    }

    void untilStatus(int code, long version) {
        until(() -> link.reported("/lastDesiredStatus/code").asInt() == code
                && link.reported("/lastDesiredVersion").asLong() == version);
    }

    void untilRunning(String... names) {
        for (String name : names) {
            until(() -> engine.stateOf(name).equals(Optional.of(Container.State.RUNNING)));
        }
    }

    void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(condition);
    }

    /** Lets so much time pass, a second at a time, and the conductor notice each. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            settle();
        }
    }

    void passUntil(Callable<Boolean> condition) {
        until(() -> {
            pass(Duration.ofSeconds(1));
            return condition.call();
        });
    }

    /** Waits until a call through the conductor and back shows that it dealt with what came before. */
    void settle() {
        for (int i = 0; i < 3; i++) {
            assertThat(link.call("ping").status()).isEqualTo(200);
        }
    }

    String description() {
        return link.reported("/lastDesiredStatus/description").asText();
    }

    String moduleReport(String module, String field) {
        return link.reported("/modules/" + module + "/" + field).asText();
    }

    @Override
    public void close() {
        stop();
    }
}
