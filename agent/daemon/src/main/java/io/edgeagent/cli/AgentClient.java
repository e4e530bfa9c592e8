package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks the running agent through its socket. */
final class AgentClient {
    private static final int MAX_ANSWER = 16 << 20;

    private final Path socket;

    AgentClient(Path socket) {
        this.socket = socket;
    }

    /** The agent does not answer; the message says why and what to do. */
    static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreachable(String message) {
            super(message);
        }
    }

    JsonNode status() throws Unreachable {
        return ask(Json.MAPPER.createObjectNode().put("do", "status"));
    }

    /** @return an object, with {@code error} if it did not work */
    JsonNode restart(String module) throws Unreachable {
        return ask(Json.MAPPER.createObjectNode().put("do", "restart").put("module", module));
    }

    /** @return an object, with {@code error} if it did not work */
    JsonNode ask(ObjectNode request) throws Unreachable {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            byte[] answer = Channels.newInputStream(channel).readNBytes(MAX_ANSWER);
            JsonNode json = Json.MAPPER.readTree(answer);
            if (json == null || !json.isObject()) {
                throw new Unreachable("the agent broke off its answer");
            }
            return json;
        } catch (IOException e) {
            throw new Unreachable(explain(e));
        }
    }

    private String explain(IOException reason) {
        if (reason instanceof AccessDeniedException
                || String.valueOf(reason.getMessage()).contains("ermission denied")) {
            return "you may not talk to the agent at " + socket
                    + ": use sudo, or join its group with: sudo usermod -aG edge-agent $USER (and log in again)";
        }
        return Files.exists(socket)
                ? "the agent does not answer at " + socket + ": " + reason.getMessage()
                : "the agent does not run (there is no " + socket
                        + "); start it with: sudo systemctl start edge-agent, see why it ended with: journalctl -u edge-agent";
    }
}
