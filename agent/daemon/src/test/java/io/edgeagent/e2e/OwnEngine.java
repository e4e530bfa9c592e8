package io.edgeagent.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker Engine of one test, which may end it as it likes. It has a network of its own, so it is in nobody's way, and no
 * registry: images are copied to it. Needs root.
 */
final class OwnEngine implements AutoCloseable {
    private final Path folder;
    private final String name;
    // keeps the network: the containerd of an engine that was killed lives on, and is reached in its own network only
    private final Process network;
    private Process engine;

    OwnEngine() throws IOException {
        network = new ProcessBuilder("unshare", "--net", "sleep", "infinity").start();
        folder = Files.createTempDirectory("edge-engine");
        name = folder.getFileName().toString();
        String here = network(ProcessHandle.current().pid());
        await("a network of its own").until(() -> !network(network.pid()).equals(here));
        engine = launch();
    }

    private static String network(long process) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/net")).toString();
    }

    String uri() {
        return "unix://" + folder.resolve("docker.sock");
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(
                        "nsenter",
                        "--net=/proc/" + network.pid() + "/ns/net",
                        "dockerd",
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("pid"),
                        "--host=" + uri(),
                        "--iptables=false",
                        "--containerd-namespace=" + name,
                        "--containerd-plugins-namespace=" + name + "-plugins")
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .redirectInput(new File("/dev/null"))
                .start();
        await("the engine").atMost(Duration.ofSeconds(60)).until(() -> docker("version") == 0);
        return started;
    }

    /** Ends it as {@code systemctl restart docker} does, or by SIGKILL, and starts it again. */
    void restart(boolean kill) throws IOException, InterruptedException {
        end(kill);
        engine = launch();
    }

    private void end(boolean kill) throws IOException, InterruptedException {
        if (kill) {
            engine.destroyForcibly();
        } else {
            engine.destroy();
        }
        if (!engine.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the engine does not end");
        }
        // the next engine would wait for the containerd of this one, which is about to end
        Path containerd = folder.resolve("exec/containerd/containerd.pid");
        await("the end of containerd").atMost(Duration.ofSeconds(20)).until(() -> isGone(containerd));
        // and for one that has ended, but that nobody has reaped, for ever
        Files.deleteIfExists(containerd);
    }

    private static boolean isGone(Path pidFile) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Files.readString(pidFile).strip(), "stat"));
            return stat.contains(") Z ");
        } catch (IOException e) {
            return true;
        }
    }

    List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log"));
    }

    /** Copies an image from another engine, under the same name. */
    void copy(String from, String image) throws IOException, InterruptedException {
        List<Process> pipe = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("docker", "-H", from, "save", image),
                new ProcessBuilder("docker", "-H", uri(), "load").redirectOutput(ProcessBuilder.Redirect.DISCARD)));
        for (Process process : pipe) {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("cannot copy " + image);
            }
        }
    }

    private int docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "-H", uri()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            end(false);
            network.destroy();
            // mounts of containers that an engine left behind
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "grep -o '" + folder + "/[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l"
                                    + "; rm -rf --one-file-system '" + folder + "'")
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
