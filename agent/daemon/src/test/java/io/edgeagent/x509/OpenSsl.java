package io.edgeagent.x509;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The openssl command, which every Debian with a Java runtime has. */
public final class OpenSsl {
    /** What a run ended with. */
    public record Result(int exitCode, String output) {}

    private final Path folder;

    /** @param folder in which it runs */
    public OpenSsl(Path folder) {
        this.folder = folder;
    }

    /** Runs it, and fails if it does. Words are parted by blanks. */
    public String run(String command) {
        Result result = attempt(command.split(" "));
        if (result.exitCode() != 0) {
            throw new IllegalStateException("openssl " + command + ": " + result.output());
        }
        return result.output();
    }

    public Result attempt(String... words) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("openssl hangs: " + command);
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
