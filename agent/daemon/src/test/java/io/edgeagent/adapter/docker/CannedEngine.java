package io.edgeagent.adapter.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine's socket with prepared answers; keeps what it was asked. */
final class CannedEngine implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private final List<SocketChannel> waiting = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** A body of any length, written while it is read. */
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    private record Answer(String status, Body body) {}

    private CannedEngine(Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    /** Answers version and info; all else is not found until {@link #answer} says more. */
    static CannedEngine start(Path folder) throws IOException {
        CannedEngine engine = silent(folder);
        engine.answer("GET /version", "{\"ApiVersion\":\"1.41\",\"Version\":\"20.10.0\",\"Arch\":\"amd64\"}")
                .answer("GET /info", "{}");
        Thread thread = new Thread(engine::serve, "canned-engine");
        thread.setDaemon(true);
        thread.start();
        return engine;
    }

    /** Lets callers connect, and never answers. */
    static CannedEngine silent(Path folder) throws IOException {
        return new CannedEngine(folder.resolve("engine.sock"));
    }

    /** @param request as "GET /containers/json", without the version of the API */
    CannedEngine answer(String request, String json) {
        return answer(request, "200 OK", out -> out.write(json.getBytes(UTF_8)));
    }

    /** @param status of HTTP with its word, "500 Internal Server Error" */
    CannedEngine answer(String request, String status, Body body) {
        answers.put(request, new Answer(status, body));
        unanswered.remove(request);
        return this;
    }

    /** Takes this request and never answers it, until {@link #answer}. */
    CannedEngine hang(String request) {
        unanswered.add(request);
        return this;
    }

    String uri() {
        return "unix://" + socket;
    }

    /** "POST /networks/n/connect {...}", without questions for version and info. */
    List<String> asked() {
        return asked.stream()
                .filter(request -> !request.startsWith("GET /version") && !request.startsWith("GET /info"))
                .toList();
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                answer(server.accept());
            } catch (IOException e) {
                if (server.isOpen()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), UTF_8));
        String[] words = in.readLine().split(" ", 3);
        String request = words[0] + " " + words[1].replaceFirst("^/v[0-9.]+/", "/");
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        char[] body = new char[length];
        for (int read = 0; read < length; read += Math.max(0, in.read(body, read, length - read))) {
            // until all of it is there
        }
        asked.add((request + " " + new String(body)).strip());
        String path = request.replaceFirst("\\?.*", "");
        if (unanswered.contains(path)) {
            waiting.add(client);
            return;
        }
        Answer found = answers.getOrDefault(
                path, new Answer("404 Not Found", out -> out.write("{\"message\":\"no such thing\"}".getBytes(UTF_8))));
        Thread thread = new Thread(() -> write(client, found), "canned-answer");
        thread.setDaemon(true);
        thread.start();
    }

    private static void write(SocketChannel client, Answer answer) {
        try (client;
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(client), 1 << 16)) {
            out.write(("HTTP/1.1 " + answer.status + "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
                    .getBytes(UTF_8));
            answer.body.write(out);
        } catch (IOException e) {
            // who asked has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel client : waiting) {
            client.close();
        }
    }
}
