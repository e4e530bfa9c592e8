package io.edgeagent.adapter.linux;

import io.edgeagent.runtime.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose age says that the agent lives, and whose line begins with {@code ready} if it is, so that a HEALTHCHECK or a probe
 * needs no second JVM. EDGE_AGENT_HEARTBEAT names it.
 */
public final class HeartbeatFile implements Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatFile.class);
    private static final String VARIABLE = "EDGE_AGENT_HEARTBEAT";
    private static final Duration PERIOD = Duration.ofSeconds(20);

    private final Path file;
    private final Path next;
    private boolean failed;

    HeartbeatFile(Path file) {
        this.file = file;
        this.next = Path.of(file + ".new");
    }

    public static Optional<Supervisor> of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(name -> !name.isEmpty())
                .map(name -> new HeartbeatFile(Path.of(name)));
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public void alive(String state) {
        try {
            // whoever reads it never sees half of it
            Files.writeString(next, state.replaceAll("\\p{Cntrl}+", " ") + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.warn("event=heartbeat_failed file={} reason=\"{}\"", file, e.toString());
            }
            failed = true;
        }
    }

    @Override
    public void stopping() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("event=heartbeat_left file={} reason=\"{}\"", file, e.toString());
        }
    }
}
