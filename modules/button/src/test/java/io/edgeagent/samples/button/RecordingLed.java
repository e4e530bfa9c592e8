package io.edgeagent.samples.button;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real HTTP server in the place of the LED module. */
final class RecordingLed implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile int status = 200;
    private final HttpServer server;

    RecordingLed() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int body = exchange.getRequestBody().readAllBytes().length;
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " length "
                    + exchange.getRequestHeaders().getFirst("Content-Length") + " body " + body);
            // no body: this ends the exchange, and a close() of its own could reset the connection
            exchange.sendResponseHeaders(status, -1);
        });
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
