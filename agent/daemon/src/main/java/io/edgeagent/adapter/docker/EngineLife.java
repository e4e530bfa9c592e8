package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Which life of the engine answers. Docker makes its network "bridge" anew whenever it starts, so the network's id tells; Podman
 * has no such network, and its containers do not end with it.
 *
 * <p>It is asked over a new connection, which the pool of the HTTP client cannot promise: Docker closes its socket before it
 * stops the containers at its end, and goes on answering on connections that are open.
 */
final class EngineLife {
    private static final String BUILT_IN = "%7B%22type%22%3A%5B%22builtin%22%5D%7D";
    private static final int LONGEST = 256 << 10;

    private final Path socket;

    /** @param socket of the engine */
    EngineLife(Path socket) {
        this.socket = socket;
    }

    /**
     * Empty if the engine has no such network.
     *
     * @param version of the API
     * @throws IOException if it does not answer
     */
    String ask(String version) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer request = ByteBuffer.wrap(
                    ("GET /v" + version + "/networks?filters=" + BUILT_IN + " HTTP/1.0\r\nHost: engine\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            return id(answer(channel));
        }
    }

    private static String answer(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(LONGEST);
        while (channel.read(answer) >= 0) {
            if (!answer.hasRemaining()) {
                throw new IOException("the engine's answer about its network is longer than " + LONGEST + " bytes");
            }
        }
        return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }

    private static String id(String answer) throws IOException {
        if (!answer.startsWith("HTTP/1.")) {
            throw new IOException("the engine closed the connection without an answer");
        }
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("200", answer.indexOf(' ') + 1) || body < 0) {
            return "";
        }
        for (JsonNode network : Json.MAPPER.readTree(answer.substring(body))) {
            if (network.path("Name").asText("").equals("bridge")) {
                return network.path("Id").asText("");
            }
        }
        return "";
    }
}
