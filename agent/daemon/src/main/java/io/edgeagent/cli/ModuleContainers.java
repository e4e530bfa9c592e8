package io.edgeagent.cli;

import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The modules' containers as the engine has them, for when the agent is down, and for logs. Throws ProblemException. */
public interface ModuleContainers extends AutoCloseable {

    /**
     * One container of a module.
     *
     * @param module its name in the manifest
     * @param status in Docker's words: "Up 3 hours", "Exited (137) 5 seconds ago"
     * @param running whether it runs now
     */
    record Found(String module, String id, String image, String status, boolean running) {}

    /** All that carry an agent's labels, by name. */
    List<Found> find();

    /** Stops and starts it. */
    void restart(String id);

    /**
     * Writes a container's log. Ends with it, or when the stream cannot be written any more; with {@code follow} only then or
     * when the container is gone.
     *
     * @param tail so many last lines
     */
    void logs(
            String id,
            Optional<Integer> tail,
            Optional<Instant> since,
            Optional<Instant> until,
            boolean follow,
            OutputStream out,
            OutputStream err);

    @Override
    void close();
}
