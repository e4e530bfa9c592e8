package io.edgeagent.assembly;

import io.edgeagent.cli.ServiceControl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The unit edge-agent.service, by way of systemctl and journalctl. */
final class SystemdService implements ServiceControl {
    private static final String UNIT = "edge-agent.service";
    // sd_booted(3)
    private static final Path SYSTEMD_RUNS = Path.of("/run/systemd/system");

    private final Path systemdRuns;
    private final String systemctl;
    private final String journalctl;

    SystemdService() {
        this(SYSTEMD_RUNS, "systemctl", "journalctl");
    }

    SystemdService(Path systemdRuns, String systemctl, String journalctl) {
        this.systemdRuns = systemdRuns;
        this.systemctl = systemctl;
        this.journalctl = journalctl;
    }

    @Override
    public Optional<Boolean> order(String verb) {
        return isHere() ? Optional.of(run(List.of(systemctl, verb, UNIT)).equals(Optional.of(0))) : Optional.empty();
    }

    @Override
    public Optional<String> state() {
        if (!isHere()) {
            return Optional.empty();
        }
        try {
            Process asked = new ProcessBuilder(systemctl, "is-active", UNIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var answer = asked.getInputStream()) {
                String state = new String(answer.readNBytes(100), StandardCharsets.UTF_8).strip();
                return Optional.of(state).filter(text -> !text.isEmpty());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Integer> journal(List<String> options) {
        List<String> command = new ArrayList<>(List.of(journalctl, "-u", UNIT));
        command.addAll(options);
        return isHere() ? run(command) : Optional.empty();
    }

    private boolean isHere() {
        return Files.isDirectory(systemdRuns);
    }

    /** @return its exit code; empty if it is not there */
    private static Optional<Integer> run(List<String> command) {
        try {
            return Optional.of(new ProcessBuilder(command).inheritIO().start().waitFor());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(1);
        }
    }
}
