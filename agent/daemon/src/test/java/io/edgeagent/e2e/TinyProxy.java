package io.edgeagent.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/** A real proxy, which wants a login and has a source address of its own. */
final class TinyProxy implements AutoCloseable {
    /** What its connections come from. */
    static final String SOURCE = "127.9.9.9";

    static final String USER = "agent";
    /** What stands in the URL is percent-encoded: {@code p%2Ds_s}. */
    static final String PASSWORD = "p-s_s";

    private final Process process;
    private final Path log;
    private final int port;

    TinyProxy(Path folder) throws IOException {
        port = freePort();
        log = folder.resolve("tinyproxy-" + port + ".log");
        Path configuration = folder.resolve("tinyproxy-" + port + ".conf");
        Files.writeString(configuration, """
                Port %d
                Listen 127.0.0.1
                Bind %s
                BasicAuth %s %s
                ConnectPort 443
                Timeout 600
                MaxClients 50
                LogLevel Connect
                """.formatted(port, SOURCE, USER, PASSWORD));
        process = new ProcessBuilder("tinyproxy", "-d", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            await("the proxy").atMost(Duration.ofSeconds(30)).until(this::answers);
        } catch (ConditionTimeoutException e) {
            close();
            throw new IOException("tinyproxy does not answer: " + log(), e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String url(String login) {
        return "http://" + login + "@127.0.0.1:" + port;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
