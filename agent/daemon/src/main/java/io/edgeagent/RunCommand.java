package io.edgeagent;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.model.ProblemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code edge-agent run}: the daemon in the foreground, as a plain process or as PID 1. */
final class RunCommand {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    // a service manager must not restart what cannot start
    private static final int EXIT_CONFIG = 78;
    private static final long SHUTDOWN_SECONDS = 8;

    private RunCommand() {}

    static int run(Path file, Optional<Path> state, String version) {
        Agent agent;
        try {
            agent = new Agent(AgentConfig.load(file, state, System.getenv()), version);
            agent.refuseBesideIotEdge();
        } catch (ConfigException | ProblemException e) {
            // nothing is running yet: what fails here are files that the settings name
            LOG.error("event=bad_configuration reason=\"{}\"", e.getMessage());
            return EXIT_CONFIG;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent, ended), "shutdown"));
        try (agent) {
            agent.run();
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static void stop(Agent agent, CountDownLatch ended) {
        agent.stop();
        try {
            if (!ended.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=stop_took_too_long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
