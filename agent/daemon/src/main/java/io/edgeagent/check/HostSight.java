package io.edgeagent.check;

import io.edgeagent.model.HostReadings;
import java.nio.file.Path;
import java.util.Optional;

/** The host under the agent, as far as checks look at it. */
public interface HostSight {

    HostReadings readings();

    /** Who listens on a TCP port, in words; empty if nobody does. */
    Optional<String> listener(int port);

    boolean exists(Path file);
}
