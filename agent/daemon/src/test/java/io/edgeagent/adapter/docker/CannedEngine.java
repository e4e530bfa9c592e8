package io.edgeagent.adapter.docker;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An engine's socket with prepared answers; keeps what it was asked. */
final class CannedEngine implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, String> answers = new LinkedHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

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
        answers.put(request, json);
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
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (IOException e) {
                if (server.isOpen()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8));
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
        write(Channels.newOutputStream(client), answers.get(request.replaceFirst("\\?.*", "")));
    }

    private static void write(OutputStream out, String json) throws IOException {
        byte[] body = (json == null ? "{\"message\":\"no such thing\"}" : json).getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 " + (json == null ? "404 Not Found" : "200 OK")
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
