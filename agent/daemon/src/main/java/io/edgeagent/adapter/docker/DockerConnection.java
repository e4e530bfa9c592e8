package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.reconcile.EngineInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The connection to one engine: every call of this package goes this way, in the newest API version that both sides speak. (IoT Edge
 * hard-coded its version and broke when Docker 29 dropped it.) Answers are read as they come, {@link Fields} by field, so that what
 * images and modules put into them needs no memory here.
 *
 * <p>Calls throw {@link EngineReplyException} where the engine refuses; {@link #guard} turns all that can happen into problems. Safe
 * for use by several threads.
 */
final class DockerConnection implements AutoCloseable {
    /** How long the engine may take to answer a call. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int NEWEST_KNOWN = 51; // of API 1.x
    private static final Fields VERSION = Fields.of("Platform/Name", "Version", "ApiVersion", "Os", "Arch");
    private static final Fields SETTINGS = Fields.of("LoggingDriver", "DockerRootDir");

    private final DockerHttpClient http;
    private final EngineLife life;
    private Optional<EngineInfo> session = Optional.empty();

    /** @param uri unix:///path of the engine's socket */
    DockerConnection(String uri) {
        // as many as calls can be under way at once: stops can be long, and so can pulls
        http = new ApacheDockerHttpClient.Builder()
                .dockerHost(URI.create(uri))
                .sslConfig(DockerConnection::noTls)
                .connectionTimeout(Duration.ofSeconds(5))
                .maxConnections(64)
                .build();
        life = new EngineLife(Path.of(URI.create(uri).getPath()));
    }

    /** Which life of the engine this is; asked over a connection of its own. */
    String life() {
        try {
            return life.ask(info().apiVersion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The engine's answer, reduced to these fields. */
    JsonNode get(String path, Fields fields) {
        try (EngineReply reply = open(Request.Method.GET, path, Optional.empty(), Map.of())) {
            return reply.json(fields);
        }
    }

    /** The same; empty if the engine knows no such thing. */
    Optional<JsonNode> find(String path, Fields fields) {
        try {
            return Optional.of(get(path, fields));
        } catch (EngineReplyException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The engine's answer with nothing left out of it.
     *
     * @param most bytes; more are refused
     */
    JsonNode whole(String path, int most) {
        try (EngineReply reply = open(Request.Method.GET, path, Optional.empty(), Map.of())) {
            return reply.whole(most);
        }
    }

    /** An answer that goes on for as long as the engine has something to say. */
    EngineReply stream(String path) {
        return open(Request.Method.GET, path, Optional.empty(), Map.of());
    }

    /** The same, of a call that does something. */
    EngineReply stream(String path, Map<String, String> headers) {
        return open(Request.Method.POST, path, Optional.empty(), headers);
    }

    /** The same, with an archive. */
    EngineReply send(String path, byte[] archive) {
        Request request = Request.builder()
                .method(Request.Method.POST)
                .path("/v" + info().apiVersion() + path)
                .putHeader("content-type", "application/x-tar")
                .bodyBytes(archive)
                .build();
        return EngineReply.of(http.execute(request));
    }

    void post(String path) {
        run(Request.Method.POST, path, Optional.empty());
    }

    void post(String path, JsonNode body) {
        run(Request.Method.POST, path, Optional.of(body));
    }

    void delete(String path) {
        run(Request.Method.DELETE, path, Optional.empty());
    }

    private void run(Request.Method method, String path, Optional<JsonNode> body) {
        try (EngineReply reply = open(method, path, body, Map.of())) {
            reply.drain();
        }
    }

    /** The engine, asked once for as long as it answers. */
    synchronized EngineInfo info() {
        if (session.isEmpty()) {
            session = Optional.of(negotiate());
        }
        return session.get();
    }

    <T> T guard(String what, Supplier<T> body) {
        return guard(what, PATIENCE, body);
    }

    /**
     * Runs calls and turns whatever goes wrong into a {@link ProblemException}.
     *
     * @param limit how long they may take together: an engine can take a call and never answer it
     */
    <T> T guard(String what, Duration limit, Supplier<T> body) {
        return guard(
                limit,
                thrown -> EngineErrors.explain(what, thrown),
                patience -> body.get(),
                () -> new ProblemException(
                        ErrorCode.ENGINE_UNREACHABLE,
                        what + ": the engine accepts calls but does not answer within " + limit.toSeconds()
                                + " s; restart it: systemctl restart docker"));
    }

    /** The same for a call that may take as long as it likes while something is heard of it. */
    <T> T guard(
            Duration silence,
            Function<RuntimeException, ProblemException> explain,
            Function<Patience, T> body,
            Supplier<ProblemException> late) {
        try (Patience patience = new Patience(silence)) {
            try {
                return body.apply(patience);
            } catch (ProblemException e) {
                throw e;
            } catch (RuntimeException e) {
                if (patience.isExhausted() || EngineErrors.isConnectionTrouble(e)) {
                    forget();
                }
                throw patience.isExhausted() ? late.get() : explain.apply(e);
            }
        }
    }

    /** Another engine, or another version, may answer next time. */
    private synchronized void forget() {
        session = Optional.empty();
    }

    private EngineReply open(Request.Method method, String path, Optional<JsonNode> body, Map<String, String> headers) {
        return send("/v" + info().apiVersion() + path, method, body, headers);
    }

    private EngineReply send(String path, Request.Method method, Optional<JsonNode> body, Map<String, String> headers) {
        Request.Builder request = Request.builder().method(method).path(path).headers(headers);
        body.ifPresent(json -> request.putHeader("content-type", "application/json")
                .bodyBytes(json.toString().getBytes(StandardCharsets.UTF_8)));
        return EngineReply.of(http.execute(request.build()));
    }

    private EngineInfo negotiate() {
        JsonNode engine = ask("/version", VERSION);
        String api =
                "1." + Math.min(NEWEST_KNOWN, minor(engine.path("ApiVersion").asText("")));
        JsonNode settings = settings(api);
        JsonNode platform = engine.path("Platform");
        String name = platform.path("Name").asText("");
        return new EngineInfo(
                platform.isMissingNode() ? "engine" : name.isBlank() ? "Docker Engine" : EngineErrors.brief(name),
                EngineErrors.brief(engine.path("Version").asText("unknown")),
                api,
                EngineErrors.brief(engine.path("Os").asText("unknown")),
                machine(EngineErrors.brief(engine.path("Arch").asText("unknown"))),
                settings.path("LoggingDriver").asText(""),
                settings.path("DockerRootDir").asText(""));
    }

    private JsonNode ask(String path, Fields fields) {
        try (EngineReply reply = send(path, Request.Method.GET, Optional.empty(), Map.of())) {
            return reply.json(fields);
        }
    }

    /** Empty where something between us and the engine does not let the question through. */
    private JsonNode settings(String version) {
        try {
            return ask("/v" + version + "/info", SETTINGS);
        } catch (EngineReplyException e) {
            return MissingNode.getInstance();
        }
    }

    /** 41 of "1.41". */
    static int minor(String apiVersion) {
        try {
            return Integer.parseInt(apiVersion.substring(apiVersion.indexOf('.') + 1));
        } catch (NumberFormatException e) {
            throw new EngineReplyException(200, "the engine gives no valid version of its API: \"" + apiVersion + "\"");
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

    @Override
    public void close() {
        try {
            http.close();
        } catch (IOException e) {
            // it is being thrown away
        }
    }
}
