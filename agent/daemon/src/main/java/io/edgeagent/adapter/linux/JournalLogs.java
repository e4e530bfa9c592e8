package io.edgeagent.adapter.linux;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.BundlePart;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.BundleSource;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the services wrote into the journal of systemd, for support bundles; nothing where there is none. */
public final class JournalLogs implements BundleSource {
    private static final String PROGRAM = "journalctl";
    private static final Map<String, List<String>> UNITS = Map.of(
            "edge-agent", List.of("edge-agent.service"),
            "engine", List.of("docker.service", "containerd.service", "podman.service"));

    private final String program;

    public JournalLogs() {
        this(PROGRAM);
    }

    JournalLogs(String program) {
        this.program = program;
    }

    @Override
    public List<BundlePart> parts(BundleRequest request) {
        List<BundlePart> parts = new ArrayList<>();
        UNITS.forEach((name, units) ->
                parts.add(new BundlePart("logs/" + name + "_log.txt", out -> copy(command(units, request), out))));
        return parts;
    }

    private List<String> command(List<String> units, BundleRequest request) {
        List<String> command = new ArrayList<>(List.of(program, "--no-pager", "--quiet", "--output=short-iso"));
        units.forEach(unit -> command.add("--unit=" + unit));
        request.since().ifPresent(time -> command.add("--since=@" + time.getEpochSecond()));
        request.until().ifPresent(time -> command.add("--until=@" + time.getEpochSecond()));
        return command;
    }

    private static void copy(List<String> command, OutputStream out) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.INTERNAL, "there is no journal here: " + e.getMessage(), e);
        }
        try (var log = process.getInputStream()) {
            process.getOutputStream().close();
            log.transferTo(out);
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new ProblemException(ErrorCode.INTERNAL, "the journal cannot be read; use sudo");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
