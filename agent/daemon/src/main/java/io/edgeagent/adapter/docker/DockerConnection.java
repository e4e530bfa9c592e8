package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.edgeagent.reconcile.EngineInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The connection to one engine, in the newest API version that both sides speak. IoT Edge hard-coded its version and broke when
 * Docker 29 dropped it.
 */
final class DockerConnection implements AutoCloseable {
    private static final RemoteApiVersion NEWEST_KNOWN = RemoteApiVersion.create(1, 51);

    private final String uri;
    private Optional<Session> session = Optional.empty();
    // there before the session, so that opening one can be cut off, too
    private volatile DockerHttpClient http;

    private record Session(DockerClient client, EngineInfo info) {}

    /** A raw answer of the engine. */
    record Reply(int status, String body) {}

    DockerConnection(String uri) {
        this.uri = uri;
        this.http = connect();
    }

    DockerClient client() {
        return session().client;
    }

    EngineInfo info() {
        return session().info;
    }

    /** Negotiate again at the next call. */
    synchronized void forget() {
        closeQuietly(http);
        http = connect();
        session = Optional.empty();
    }

    /**
     * Ends the calls that wait for an answer, as if the engine had gone. docker-java's response timeout does nothing on a Unix socket.
     * Never waits itself.
     */
    void cut() {
        closeQuietly(http);
    }

    Reply get(String path) {
        return execute(path, request -> request.method(DockerHttpClient.Request.Method.GET));
    }

    Reply post(String path, JsonNode body) {
        return execute(
                path,
                request -> request.method(DockerHttpClient.Request.Method.POST)
                        .putHeader("content-type", "application/json")
                        .bodyBytes(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private Reply execute(String path, UnaryOperator<DockerHttpClient.Request.Builder> fill) {
        Session current = session();
        DockerHttpClient.Request request = fill.apply(
                        DockerHttpClient.Request.builder().path("/v" + current.info.apiVersion() + path))
                .build();
        try (DockerHttpClient.Response response = http.execute(request);
                InputStream answer = response.getBody()) {
            return new Reply(response.getStatusCode(), new String(answer.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Session session() {
        if (session.isEmpty()) {
            session = Optional.of(open());
        }
        return session.get();
    }

    private DockerHttpClient connect() {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(URI.create(uri))
                .connectionTimeout(Duration.ofSeconds(5))
                .maxConnections(16)
                .build();
    }

    private Session open() {
        Version engine = DockerClientImpl.getInstance(config(Optional.empty()), http)
                .versionCmd()
                .exec();
        RemoteApiVersion offered = RemoteApiVersion.parseConfig(engine.getApiVersion());
        RemoteApiVersion agreed = offered.isGreaterOrEqual(NEWEST_KNOWN) ? NEWEST_KNOWN : offered;
        DockerClient client = DockerClientImpl.getInstance(config(Optional.of(agreed)), http);
        Info settings = settings(client);
        EngineInfo info = new EngineInfo(
                engine.getPlatform() == null
                        ? "engine"
                        : engine.getPlatform().getName().isBlank()
                                ? "Docker Engine"
                                : engine.getPlatform().getName(),
                String.valueOf(engine.getVersion()),
                agreed.getVersion(),
                String.valueOf(engine.getOperatingSystem()),
                machine(String.valueOf(engine.getArch())),
                Objects.requireNonNullElse(settings.getLoggingDriver(), ""),
                Objects.requireNonNullElse(settings.getDockerRootDir(), ""));
        return new Session(client, info);
    }

    /** Empty where something between us and the engine does not let the question through. */
    private static Info settings(DockerClient client) {
        try {
            return client.infoCmd().exec();
        } catch (DockerException e) {
            return new Info();
        }
    }

    /** Go's name of a processor as the kernel says it, which is what IoT Edge reports. */
    private static String machine(String goArch) {
        return switch (goArch) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            case "arm" -> "armv7l";
            default -> goArch;
        };
    }

    private DockerClientConfig config(Optional<RemoteApiVersion> version) {
        DefaultDockerClientConfig.Builder builder = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(uri)
                // logins come from the manifest, not from whoever once typed docker login on the board
                .withDockerConfig("/dev/null")
                .withDockerTlsVerify(false);
        version.ifPresent(agreed -> builder.withApiVersion(agreed));
        return builder.build();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // it is being thrown away
        }
    }

    @Override
    public void close() {
        closeQuietly(http);
    }
}
