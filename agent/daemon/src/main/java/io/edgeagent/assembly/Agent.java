package io.edgeagent.assembly;

import io.edgeagent.adapter.admin.AdminSocket;
import io.edgeagent.adapter.docker.DockerEngine;
import io.edgeagent.adapter.iothub.BlobRest;
import io.edgeagent.adapter.iothub.DeviceScopeRest;
import io.edgeagent.adapter.iothub.ModuleClientLink;
import io.edgeagent.adapter.linux.HeartbeatFile;
import io.edgeagent.adapter.linux.LinuxDevices;
import io.edgeagent.adapter.linux.SystemdNotify;
import io.edgeagent.adapter.store.FileStore;
import io.edgeagent.adapter.store.FileSystemSpace;
import io.edgeagent.adapter.store.StateOwner;
import io.edgeagent.adapter.store.UpdateLockFile;
import io.edgeagent.adapter.workload.SocketFolders;
import io.edgeagent.adapter.workload.WorkloadServer;
import io.edgeagent.board.UpdateGate;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.conductor.BuiltInHub;
import io.edgeagent.conductor.Conductor;
import io.edgeagent.conductor.LogRules;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.config.DevicesConfig;
import io.edgeagent.config.LimitsConfig;
import io.edgeagent.config.NetworkConfig;
import io.edgeagent.device.DevicePolicy;
import io.edgeagent.identity.AgentCredentials;
import io.edgeagent.identity.AgentMemory;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.Reprovisioning;
import io.edgeagent.identity.RuntimeIdentity;
import io.edgeagent.identity.Sealing;
import io.edgeagent.identity.Workload;
import io.edgeagent.images.DiskLimits;
import io.edgeagent.model.HostPaths;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.AgentAnswers;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.ops.ProvisioningOperations;
import io.edgeagent.ops.SupportBundle;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.ImageCleanup;
import io.edgeagent.reconcile.LogCap;
import io.edgeagent.reconcile.ModuleNetwork;
import io.edgeagent.reconcile.OwnState;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.remote.RemoteMethods;
import io.edgeagent.report.HubCondition;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.HubTime;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.runtime.Supervisor;
import io.edgeagent.runtime.Workers;
import io.edgeagent.twin.CloudLink;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole agent, put together by hand. */
public final class Agent implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final int CLOUD_PORT = 8883;
    private static final Duration ENGINE_AT_START = Duration.ofSeconds(10);
    /** Less than the admin socket waits for an answer. */
    private static final Duration SERVICE_PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final DockerEngine engine;
    private final WorkloadServer workload;
    private final DeviceCertificates certificates;
    private final RemoteMethods methods;
    private final Function<AgentAnswers, SupportBundle> bundles;
    private final Conductor conductor;
    private final Workers state = new Workers("state", 1, Clock.SYSTEM);
    private final Path adminSocket;
    private final Optional<HubRole> hub;
    private final HubOperations office;
    private final ProvisioningOperations provisioning;
    private volatile Optional<Device> movedTo = Optional.empty();

    /**
     * Takes the state folder for this device.
     *
     * @param log follows the deployment
     * @param onboarding how the device proves who it is
     * @param device who it is
     * @param bundles makes a support bundle of what the agent answers, and of the board
     */
    Agent(
            AgentConfig config,
            LogRules log,
            Onboarding onboarding,
            Device device,
            String version,
            Function<AgentAnswers, SupportBundle> bundles) {
        this.bundles = bundles;
        adminSocket = config.adminSocket();
        StateOwner owner = new StateOwner(config.stateFolder());
        owner.take(device);
        FileStore store = new FileStore(config.stateFolder());
        Optional<SavedState<Device>> provisioned = onboarding.saved(state);
        HubTime hubTime = new HubTime(Clock.SYSTEM);
        Optional<Reprovisioning> again = onboarding.reprovisioning(device, provisioned, this::moveTo);
        provisioning = new ServiceAskedAgain(again, SERVICE_PATIENCE);
        IdentityRegistry registry = onboarding.registry(device, again, hubTime::told);
        Identities identities = new Identities(registry, store);
        SavedState<ModuleIdentity> ownIdentity = store.saved("the agent's identity", state, Clock.SYSTEM);
        AgentCredentials credentials = new AgentCredentials(device, registry, identities, store, ownIdentity);
        SocketFolders sockets =
                new SocketFolders(config.stateFolder().toAbsolutePath().resolve("workload"));
        ParentHost parent = new ParentHost(config.parent());
        ContainerRecipe recipe = new ContainerRecipe(
                device.hubHost(),
                device.deviceId(),
                config.network().name(),
                module -> onHost(sockets.of(module)),
                new OwnState(this::hostPaths, ours(config)),
                () -> gateway(config.certificates().hostName()),
                parent);
        engine = new DockerEngine(config.engineUri(), recipe.deviceLabel(), network(config.network()));
        certificates = DeviceCertificates.of(config, device);
        UpdateLocks locks = new UpdateLocks(Clock.SYSTEM, new UpdateLockFile(config.adminSocket()));
        workload = new WorkloadServer(
                sockets, new Workload(identities, store, certificates.modules(), certificates::trustBundle), locks);
        AgentMemory hubMemory = store.identityOf("$edgeHub", "edge-hub.json");
        SavedState<ModuleIdentity> hubIdentity = hubMemory.saved("the hub's identity", state, Clock.SYSTEM);
        HubDirectory directory = new HubDirectory(
                device,
                identities,
                workload,
                new RuntimeIdentity("$edgeHub", registry, identities, hubMemory, hubIdentity),
                certificates.deviceRoots());
        List<SavedState<?>> others = new ArrayList<>(List.of(ownIdentity, hubIdentity));
        provisioned.ifPresent(others::add);
        hub = config.hub().enabled()
                ? Optional.of(new HubRole(
                        config.stateFolder().resolve("hub"),
                        directory,
                        certificates.hub(),
                        onboarding.tls(),
                        this::hubAddresses,
                        onboarding.upstream()::current,
                        new HubRole.Below(
                                new DeviceScopeRest(device, onboarding.tls()),
                                new Sealing(store::masterKey, "device scope")),
                        new AgentFigures(
                                this::operations,
                                engine::usage,
                                device,
                                version,
                                config.stateFolder().toAbsolutePath()),
                        new HubRole.Settings(
                                version, CLOUD_PORT, 100, config.hub().listen(), config.store(), config.topics())))
                : Optional.empty();
        office = hub.<HubOperations>map(role -> new HubOffice(role, directory)).orElse(HubOperations.OFF);
        CloudLink link =
                new ModuleClientLink(credentials, onboarding.tls(), onboarding.upstream(), "EdgeAgent/" + version);
        methods = new RemoteMethods(
                engine.logs(),
                new BlobRest(
                        onboarding.tls(),
                        onboarding.upstream(),
                        InstantSource.system(),
                        time -> Thread.sleep(time.toMillis())),
                this::bundle,
                new RemoteMethods.Board(device.hubHost(), device.deviceId(), parent),
                Clock.SYSTEM);
        conductor = new Conductor(
                new Conductor.Ports(
                        engine,
                        new FormerDevice(link, owner, config.engineUri()),
                        identities,
                        directory,
                        LinuxDevices.of(System.getenv()),
                        new FileSystemSpace(),
                        silentOnMove(supervisor(System.getenv())),
                        Clock.SYSTEM,
                        new SplittableRandom(),
                        new UpdateGate(locks, hubTime, Clock.SYSTEM, ZoneId.systemDefault()),
                        hub.<BuiltInHub>map(role -> role).orElse(() -> HubCondition.OFF),
                        methods.all(),
                        log,
                        () -> moveTo(device)),
                new Conductor.Stores(store, store, store, store, state, others),
                recipe,
                new Conductor.Settings(
                        version,
                        POLL,
                        bootId(),
                        updates(config),
                        elevation(config),
                        devices(config.devices()),
                        limits(config.limits())));
    }

    private Operations operations() {
        return conductor.operations();
    }

    private void bundle(OutputStream out, BundleRequest request) throws IOException {
        bundles.apply(BoardBundle.answers(conductor.operations(), office)).write(out, request);
    }

    private static ModuleNetwork network(NetworkConfig config) {
        return new ModuleNetwork(
                config.name(),
                config.ipv6(),
                config.pools().stream()
                        .map(pool -> new ModuleNetwork.Pool(pool.subnet(), pool.gateway(), pool.ipRange()))
                        .toList());
    }

    /**
     * Empty for modules of a deployment without a hub. A container's own name is another one each time it is made, so modules know
     * the agent's by its alias on their network.
     */
    private Optional<ContainerRecipe.Gateway> gateway(String hostName) {
        return hub.filter(HubRole::isWanted)
                .map(role -> new ContainerRecipe.Gateway(
                        engine.seemsToBeInContainer() ? DockerEngine.HUB_ALIAS : hostName, () -> gatewayAddress(role)));
    }

    /** A container is being made: its network may be new, and it will connect at once. */
    private Optional<String> gatewayAddress(HubRole role) {
        Optional<String> address = engine.gateway();
        role.lookSoon();
        return address;
    }

    /** Where modules reach the hub: on their network's bridge, and with host networking; in a container on all its networks. */
    private Set<InetAddress> hubAddresses() {
        try {
            if (engine.isInContainer()) {
                return Set.of(InetAddress.getByAddress(new byte[4]));
            }
            Set<InetAddress> addresses = new HashSet<>(Set.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
            Optional<String> bridge = engine.gateway();
            if (bridge.isPresent()) {
                addresses.addAll(List.of(InetAddress.getAllByName(bridge.get())));
            }
            return addresses;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the engine has a gateway that is not an address", e);
        } catch (ProblemException e) {
            // asked again soon
            return Set.of();
        }
    }

    private void moveTo(Device other) {
        movedTo = Optional.of(other);
        conductor.stop();
    }

    /** As whom to go on, if {@link #run} ended because a provisioning service named another device or somebody wants a restart. */
    Optional<Device> movedTo() {
        return movedTo;
    }

    private static List<Path> ours(AgentConfig config) {
        return List.of(
                config.stateFolder().toAbsolutePath(),
                AgentConfig.DEFAULT_FILE.getParent(),
                AgentConfig.DEFAULT_ADMIN_SOCKET.getParent(),
                config.adminSocket().toAbsolutePath());
    }

    /** Empty where the state folder is in no volume of our container: modules then have no socket. */
    private Optional<String> onHost(Path folder) {
        return hostPaths().onHost(folder).map(Path::toString);
    }

    private HostPaths hostPaths() {
        return engine.hostPaths();
    }

    static Supervisor supervisor(Map<String, String> environment) {
        return Supervisor.of(Stream.of(SystemdNotify.of(environment), HeartbeatFile.of(environment))
                .flatMap(Optional::stream)
                .toList());
    }

    /** systemd would end a process that says it is stopping; one that moved goes on as another device. */
    private Supervisor silentOnMove(Supervisor supervisor) {
        return new Supervisor() {
            @Override
            public Duration period() {
                return supervisor.period();
            }

            @Override
            public void alive(String state) {
                supervisor.alive(state);
            }

            @Override
            public void stopping() {
                if (movedTo.isEmpty()) {
                    supervisor.stopping();
                }
            }
        };
    }

    private static UpdatePolicy updates(AgentConfig config) {
        return new UpdatePolicy(
                config.rollback(),
                config.settle().flatMap(UpdatePolicy::duration).orElse(UpdatePolicy.REPLACE.settle()));
    }

    private static ElevationPolicy elevation(AgentConfig config) {
        if (config.refusedOptions().contains(AgentConfig.ALL_OPTIONS)) {
            return ElevationPolicy.REFUSE_ALL;
        }
        Set<ElevationPolicy.Option> refused = EnumSet.noneOf(ElevationPolicy.Option.class);
        for (ElevationPolicy.Option option : ElevationPolicy.Option.values()) {
            if (config.refusedOptions().contains(option.text())) {
                refused.add(option);
            }
        }
        return new ElevationPolicy(refused);
    }

    static DevicePolicy devices(DevicesConfig config) {
        return new DevicePolicy(
                DevicePolicy.Privileged.valueOf(config.privileged().toUpperCase(Locale.ROOT)),
                config.aliases(),
                config.allow());
    }

    private static DiskLimits limits(LimitsConfig config) {
        return new DiskLimits(
                config.logSize().map(size -> new LogCap(size, config.logFiles())),
                new ImageCleanup(config.cleanup(), config.imageAge()),
                config.cleanupEvery(),
                config.minFreeBytes());
    }

    /** Linux, proc(5). Elsewhere, or where it is hidden, every start counts as the same boot. */
    private static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** @throws ConfigException if an IoT Edge runs on this engine; the agent does not wait for an engine that is away or hangs */
    void refuseBesideIotEdge() {
        try {
            List<String> running = engine.foreignSystemModules(ENGINE_AT_START);
            if (!running.isEmpty()) {
                throw new ConfigException("IoT Edge runs on this engine (containers " + String.join(", ", running)
                        + "), and both would fight for the modules: stop it first with \"sudo iotedge system stop\" and"
                        + " \"docker rm -f " + String.join(" ", running) + "\"");
            }
        } catch (ProblemException e) {
            LOG.info("event=iot_edge_not_looked_for reason=\"{}\"", e.problem());
        }
    }

    /** Runs until {@link #stop}; blocks. */
    public void run() {
        Optional<AdminSocket> admin = AdminSocket.open(adminSocket, conductor.operations(), office, provisioning);
        hub.ifPresent(HubRole::start);
        try {
            conductor.run();
        } finally {
            hub.ifPresent(HubRole::close);
            admin.ifPresent(AdminSocket::close);
        }
    }

    /** Ends {@link #run} within seconds. Modules go on running. */
    public void stop() {
        conductor.stop();
    }

    @Override
    public void close() {
        workload.close();
        methods.close();
        engine.close();
        state.close();
    }
}
