package io.edgeagent.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.ModuleMemoryStore;
import io.edgeagent.board.UpdateGate;
import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeEngine;
import io.edgeagent.fake.FakeInventory;
import io.edgeagent.fake.FakeLink;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.fake.FakeSockets;
import io.edgeagent.fake.Guarded;
import io.edgeagent.fake.Manifest;
import io.edgeagent.fake.MemoryAgentIdentity;
import io.edgeagent.fake.MemoryStore;
import io.edgeagent.identity.AgentMemory;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.IdentityStore;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.images.PulledImageStore;
import io.edgeagent.model.Deployment;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.report.HubCondition;
import io.edgeagent.runtime.HubTime;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.runtime.Workers;
import io.edgeagent.twin.DesiredStore;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A conductor on its own thread amid fakes. What survives a restart of the agent survives {@link #restart}. */
final class Rig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ContainerRecipe RECIPE = new ContainerRecipe("hub.example.net", "board", "azure-iot-edge");

    private static final DiskSpace.FreeSpace ROOM = new DiskSpace.FreeSpace(1L << 40, 1L << 41, Optional.empty());

    final FakeEngine engine = new FakeEngine(RECIPE.deviceLabel());
    final FakeRegistry registry = new FakeRegistry();
    final MemoryStore store = new MemoryStore();
    final FakeClock clock = new FakeClock();
    final UpdateLocks locks = new UpdateLocks(clock, UpdateLockStore.NONE);
    final HubTime hubTime = new HubTime(clock);
    final FakeInventory devices = new FakeInventory();
    final AtomicInteger restartsOfAgent = new AtomicInteger();
    volatile Optional<Deployment> logFollows = Optional.empty();
    final FakeSupervisor supervisor = new FakeSupervisor();
    FakeLink link = new FakeLink();
    private String bootId = "first boot";
    private UpdatePolicy updates = UpdatePolicy.REPLACE;
    private ElevationPolicy elevation = ElevationPolicy.ALLOW_ALL;
    private DevicePolicy devicePolicy = DevicePolicy.ALLOW;
    private ContainerRecipe recipe = RECIPE;
    private Conductor conductor;
    private Thread thread;
    private Workers disk;
    final MemoryAgentIdentity agentMemory = new MemoryAgentIdentity();
    SavedState<ModuleIdentity> own;
    // what is restored is read before the loop turns
    private final Guarded guarded = new Guarded(() -> Thread.currentThread() == thread && link.isStarted());
    final FakeSockets sockets = new FakeSockets();

    Rig() {
        start();
    }

    private void start() {
        disk = new Workers("state", 1, clock);
        AgentMemory memory = guarded.port(AgentMemory.class, agentMemory);
        own = new SavedState<>("the agent's identity", memory::keepAgentIdentity, disk, clock);
        logFollows = Optional.empty();
        conductor = new Conductor(
                new Conductor.Ports(
                        guarded.port(ContainerEngine.class, engine),
                        link,
                        new Identities(
                                guarded.port(IdentityRegistry.class, registry),
                                guarded.port(KeyStore.class, () -> SharedKey.of(new byte[] {1}))),
                        guarded.port(ModuleSockets.class, sockets),
                        guarded.port(DeviceInventory.class, devices),
                        guarded.port(DiskSpace.class, folder -> Optional.of(ROOM)),
                        supervisor,
                        clock,
                        new SplittableRandom(1),
                        new UpdateGate(locks, hubTime, clock, ZoneOffset.UTC),
                        () -> HubCondition.WELL,
                        Map.of(),
                        (deployment, said) -> logFollows = deployment,
                        restartsOfAgent::incrementAndGet),
                new Conductor.Stores(
                        guarded.port(DesiredStore.class, store),
                        guarded.port(IdentityStore.class, store),
                        guarded.port(ModuleMemoryStore.class, store),
                        guarded.port(PulledImageStore.class, store),
                        disk,
                        List.of(own)),
                recipe,
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

    /** Starts the agent again, which makes containers in another way from now on. */
    void restart(ContainerRecipe newRecipe) {
        recipe = newRecipe;
        restart();
    }

    ObjectNode status() {
        return conductor.operations().status();
    }

    ArrayNode metrics() {
        return conductor.operations().metrics();
    }

    /** Ends the agent when what it has decided is on the disk: a test that cuts that off says so itself. */
    void stop() {
        if (thread.isAlive()) {
            settle();
        }
        conductor.stop();
        until(() -> !thread.isAlive());
        disk.close();
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

    /**
     * Waits until calls through the conductor and back show that it dealt with what came before, and until what it then wrote is
     * on the disk. Other threads, of the engine, the hub and the devices, may still be at work: what they must have done is waited
     * for by {@link #until} and {@link #passUntil}, never by {@link #pass}.
     */
    void settle() {
        turn();
        CountDownLatch written = new CountDownLatch(1);
        if (disk.submit(written::countDown)) {
            try {
                assertThat(written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("what was decided is on the disk")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        turn();
    }

    private void turn() {
        for (int i = 0; i < 3; i++) {
            assertThat(status()).isNotEmpty();
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
        assertThat(guarded.violations()).isEmpty();
    }
}
