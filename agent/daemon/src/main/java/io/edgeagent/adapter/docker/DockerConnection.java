package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.edgeagent.model.Json;
import io.edgeagent.reconcile.EngineInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

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
        return execute(path, DockerConnection::asGet);
    }

    private static DockerHttpClient.Request.Builder asGet(DockerHttpClient.Request.Builder request) {
        return request.method(DockerHttpClient.Request.Method.GET);
    }

    Reply post(String path, JsonNode body) {
        return execute(
                path,
                request -> request.method(DockerHttpClient.Request.Method.POST)
                        .putHeader("content-type", "application/json")
                        .bodyBytes(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private Reply execute(String path, UnaryOperator<DockerHttpClient.Request.Builder> fill) {
        return execute(session().info.apiVersion(), path, fill);
    }

    private Reply execute(String version, String path, UnaryOperator<DockerHttpClient.Request.Builder> fill) {
        DockerHttpClient.Request request = fill.apply(
                        DockerHttpClient.Request.builder().path("/v" + version + path))
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
                .sslConfig(DockerConnection::noTls)
                .connectionTimeout(Duration.ofSeconds(5))
                .maxConnections(16)
                .build();
    }

    /** The client would read the Java runtime's 140 roots: 40 ms on a desktop, for a socket that has no TLS. */
    private static SSLContext noTls() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS", e);
        }
    }

    private Session open() {
        Version engine = DockerClientImpl.getInstance(config(Optional.empty()), http)
                .versionCmd()
                .exec();
        RemoteApiVersion offered = RemoteApiVersion.parseConfig(engine.getApiVersion());
        RemoteApiVersion agreed = offered.isGreaterOrEqual(NEWEST_KNOWN) ? NEWEST_KNOWN : offered;
        DockerClient client = DockerClientImpl.getInstance(config(Optional.of(agreed)), http);
        JsonNode settings = settings(agreed.getVersion());
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
                settings.path("LoggingDriver").asText(""),
                settings.path("DockerRootDir").asText(""));
        return new Session(client, info);
    }

    /**
     * Raw, because docker-java's own type for it draws in a hundred classes for two words. Empty where something between us and
     * the engine does not let the question through.
     */
    private JsonNode settings(String version) {
        Reply reply = execute(version, "/info", DockerConnection::asGet);
        try {
            return reply.status() == 200 ? Json.MAPPER.readTree(reply.body()) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
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
