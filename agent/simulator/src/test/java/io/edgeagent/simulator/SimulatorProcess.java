package io.edgeagent.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own. */
final class SimulatorProcess {
    private SimulatorProcess() {}

    record Result(int exitCode, String out, String err) {}

    /** A simulator that has said READY. */
    record Running(Process process, String readyLine) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    static Running start(Path state) throws IOException {
        List<String> command = command(state, "run", "--address", "127.0.0.1", "--https-port", "0", "--mqtt-port", "0");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith("READY ")) {
            process.destroyForcibly();
            throw new IOException("not READY: " + line);
        }
        return new Running(process, line);
    }

    static Result run(Path state, String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(state, arguments)).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("the command hangs");
        }
        return new Result(process.exitValue(), out, err);
    }

    private static List<String> command(Path state, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        if (!List.of(arguments).contains("--help")) {
            command.add("--state");
            command.add(state.toString());
        }
        return command;
    }
}
