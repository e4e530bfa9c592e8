package io.edgeagent.samples.button;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LedClientTest {

    /** A kept connection would carry the next post into an LED that is about to close it. */
    @Test
    void keeps_no_connection_whose_body_comes_after_the_status() throws Exception {
        try (var led = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var client = new LedClient(URI.create("http://127.0.0.1:" + led.getLocalPort() + "/"));
            var post = CompletableFuture.runAsync(() -> post(client));
            try (Socket connection = led.accept()) {
                var request = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
                assertThat(request.lines().takeWhile(line -> !line.isEmpty()))
                        .contains("POST /True HTTP/1.1", "Connection: close");
                send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
                post.join();
                send(connection, "null");
                connection.setSoTimeout(2_000);
                assertThat(isClosed(request)).isTrue();
            }
        }
    }

    private static void post(LedClient client) {
        try {
            client.post(true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void send(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** Waits for the end, orderly or not. */
    private static boolean isClosed(BufferedReader request) throws IOException {
        try {
            return request.read() == -1;
        } catch (SocketException e) {
            return true;
        }
    }
}
