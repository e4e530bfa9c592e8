package io.edgeagent.samples.led;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.edgeagent.samples.board.EventLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The HTTP side: one socket, four threads. The port is bound from construction, answered from {@link #start}. */
final class LedServer implements AutoCloseable {
    private static final int THREADS = 4;

    private final LedRoutes routes;
    private final EventLog log;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /** @throws IOException when the port is taken or not permitted */
    LedServer(InetSocketAddress address, LedRoutes routes, EventLog log) throws IOException {
        this.routes = routes;
        this.log = log;
        this.server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange);
            byte[] body = reply.json().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (reply.status() == 405) {
                exchange.getResponseHeaders().set("Allow", "POST");
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(reply.status(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Reply reply(HttpExchange exchange) {
        try {
            return routes.answer(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath());
        } catch (RuntimeException e) {
            log.error("unexpected: " + e);
            return Reply.detail(500, "Internal Server Error");
        }
    }
}
