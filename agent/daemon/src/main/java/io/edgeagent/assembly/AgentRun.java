package io.edgeagent.assembly;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.config.OpenSecrets;
import io.edgeagent.identity.Device;
import io.edgeagent.log.AgentLog;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.AgentAnswers;
import io.edgeagent.ops.SupportBundle;
import io.edgeagent.runtime.FatalErrors;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code edge-agent run}: the daemon in the foreground, as a plain process or as PID 1. */
public final class AgentRun {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRun.class);
    // a service manager must not restart what cannot start
    private static final int EXIT_CONFIG = 78;
    private static final long SHUTDOWN_SECONDS = 8;

    private final AgentConfig config;
    private final LogFollower log;
    private final Onboarding onboarding;
    private final String version;
    private final Function<AgentAnswers, SupportBundle> bundles;
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean stopping;
    private Runnable stop = () -> {};

    private AgentRun(
            AgentConfig config,
            LogFollower log,
            Onboarding onboarding,
            String version,
            Function<AgentAnswers, SupportBundle> bundles) {
        this.log = log;
        this.bundles = bundles;
        this.config = config;
        this.onboarding = onboarding;
        this.version = version;
    }

    public static int run(Path file, Optional<Path> state, String version) {
        AgentRun command;
        try {
            AgentConfig config = AgentConfig.load(file, state, System.getenv());
            LogFollower log = new LogFollower(AgentLog.ofThisProcess(), config);
            OpenSecrets.warnings(OpenSecrets.ENVIRONMENT, file)
                    .forEach(warning -> LOG.warn("event=secret_readable reason=\"{}\"", warning));
            command = new AgentRun(
                    config,
                    log,
                    Onboarding.of(config),
                    version,
                    answers -> BoardBundle.of(file, state, answers, version, name -> {}));
        } catch (ConfigException | ProblemException e) {
            // nothing is running yet: what fails here are files that the settings name
            return refuse(e.getMessage());
        }
        try {
            return command.run();
        } catch (ConfigException e) {
            return refuse(e.getMessage());
        }
    }

    private static int refuse(String reason) {
        LOG.error("event=bad_configuration reason=\"{}\"", reason);
        return EXIT_CONFIG;
    }

    private int run() {
        FatalErrors.endTheProcess();
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "shutdown"));
        try {
            Optional<Device> device = device();
            while (device.isPresent()) {
                device = runAs(device.get());
            }
            return 0;
        } finally {
            ended.countDown();
        }
    }

    /** Waits for a provisioning service that was never asked; empty if the agent is to end. */
    private Optional<Device> device() {
        if (onboarding.known().isPresent()) {
            return onboarding.known();
        }
        FirstProvisioning asking = new FirstProvisioning(onboarding.dps().orElseThrow(), version);
        if (!begin(asking::stop)) {
            return Optional.empty();
        }
        try {
            return asking.await(Agent.supervisor(System.getenv()), config.adminSocket());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** @return who the device became, if it goes on as another */
    private Optional<Device> runAs(Device device) {
        try (Agent agent = new Agent(config, log, onboarding, device, version, bundles)) {
            agent.refuseBesideIotEdge();
            if (begin(agent::stop)) {
                agent.run();
            }
            return isStopping() ? Optional.empty() : agent.movedTo();
        }
    }

    private synchronized boolean begin(Runnable howToStop) {
        stop = howToStop;
        return !stopping;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void shutDown() {
        Runnable how;
        synchronized (this) {
            stopping = true;
            how = stop;
        }
        how.run();
        try {
            if (!ended.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=stop_took_too_long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
