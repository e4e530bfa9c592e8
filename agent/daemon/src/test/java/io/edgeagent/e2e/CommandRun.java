package io.edgeagent.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the command on the board said, as a process of its own. */
record CommandRun(int code, String out, String err) {
    /** @param state folder of the agent that it talks to */
    static CommandRun of(Lab lab, Path state, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(lab.folder, "command", ".out");
        Path err = Files.createTempFile(lab.folder, "command", ".err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.edgeagent.Main"),
                        Stream.of(arguments))
                .toList());
        builder.environment().put("EDGE_AGENT_ENGINE", lab.engineUri);
        builder.environment()
                .put("EDGE_AGENT_ADMIN_SOCKET", state.resolve("admin.sock").toString());
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", arguments) + " did not end");
        }
        return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
