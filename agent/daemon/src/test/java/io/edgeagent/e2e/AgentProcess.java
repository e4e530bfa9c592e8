package io.edgeagent.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The agent as its users run it: a process of its own. */
final class AgentProcess implements AutoCloseable {
    /** What the package starts it with: heap and stacks of a small board. */
    private static final Path JVM_OPTIONS = Path.of("..", "..", "packaging", "jvm.options");

    private final Process process;
    private final Path log;

    private AgentProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param identity what the environment says of the device; empty if config.toml in the state folder says it */
    static AgentProcess start(Lab lab, Map<String, String> identity, Path state) throws IOException {
        Files.createDirectories(state);
        // not in the state, whose disk a test may fill
        Path log = lab.folder.resolve("agent-" + System.nanoTime() + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + JVM_OPTIONS,
                "-cp",
                System.getProperty("java.class.path"),
                "io.edgeagent.Main",
                "run",
                "--state",
                state.toString(),
                "--config",
                state.resolve("config.toml").toString());
        builder.environment().putAll(identity);
        builder.environment().put("EDGE_AGENT_ENGINE", lab.engineUri);
        builder.environment().put("EDGE_AGENT_NETWORK", lab.network);
        builder.environment()
                .put("EDGE_AGENT_TRUST_BUNDLE", lab.folder.resolve("hub/ca.pem").toString());
        builder.redirectErrorStream(true).redirectOutput(log.toFile()).redirectInput(new File("/dev/null"));
        return new AgentProcess(builder.start(), log);
    }

    /** The agent and what it has started. */
    Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    void awaitLog(String text) {
        await("the log to say " + text).atMost(Duration.ofSeconds(40)).until(() -> log().contains(text));
    }

    /** SIGTERM; returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the agent did not end within 15 s of SIGTERM:\n" + log());
        }
        return process.exitValue();
    }

    /** SIGKILL, as a power cut. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int awaitExit() throws InterruptedException {
        process.waitFor(30, TimeUnit.SECONDS);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
