package io.edgeagent.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A program of the test resources that runs with Node.js and Azure's unmodified clients, outside of a container. */
public final class NodeProgram implements AutoCloseable {
    /** {@code ./dev test} installs them. */
    public static final Path CLIENTS = Path.of("../simulator/src/test/node/node_modules");

    private final Process process;
    private final Path log;
    private final Writer input;

    /**
     * @param script of the folder sdk
     * @param log gets what it prints
     */
    public NodeProgram(String script, Map<String, String> environment, Path log) throws IOException {
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(
                "node",
                Path.of("src/test/resources/sdk", script).toAbsolutePath().toString());
        builder.environment().put("NODE_PATH", CLIENTS.toRealPath().toString());
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Writes a line to its input. */
    public void tell(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    public String printed() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often it has printed this line. */
    public long times(String line) {
        return printed().lines().filter(line::equals).count();
    }

    /** Waits until it has printed a line that often. */
    public void await(String line, int times, Duration patience) {
        Awaitility.await(line)
                .atMost(patience)
                .untilAsserted(() -> assertThat(times(line)).as(printed()).isGreaterThanOrEqualTo(times));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
