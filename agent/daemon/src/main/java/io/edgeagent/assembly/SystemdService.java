package io.edgeagent.assembly;

import io.edgeagent.cli.ConfigCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The unit edge-agent.service, by way of systemctl. */
final class SystemdService implements ConfigCommand.ServiceControl {
    // sd_booted(3)
    private static final Path SYSTEMD_RUNS = Path.of("/run/systemd/system");

    private final Path systemdRuns;
    private final String program;

    SystemdService() {
        this(SYSTEMD_RUNS, "systemctl");
    }

    SystemdService(Path systemdRuns, String program) {
        this.systemdRuns = systemdRuns;
        this.program = program;
    }

    @Override
    public Optional<Boolean> restart() {
        if (!Files.isDirectory(systemdRuns)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessBuilder(program, "restart", "edge-agent.service")
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0);
        } catch (IOException e) {
            return Optional.of(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(false);
        }
    }
}
