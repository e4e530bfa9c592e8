package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.check.AgentSight;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of commands that look at the whole board: whose settings and whose agent. */
final class CheckOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/edge-agent/config.toml",
            description = "The settings (default: ${DEFAULT-VALUE})")
    private Path config = AgentConfig.DEFAULT_FILE;

    @Option(names = "--state", paramLabel = "DIR", description = "The state folder, if it is another one")
    private Optional<Path> state = Optional.empty();

    @Option(names = "--socket", paramLabel = "PATH", description = "The agent's socket")
    private Optional<Path> socket = Optional.empty();

    @Option(names = "--iothub-hostname", paramLabel = "HOST", description = "The hub, if the settings do not name it")
    private Optional<String> hub = Optional.empty();

    /** @param board knows where the service listens */
    CheckCommand.Request request(BoardCommands board) {
        return new CheckCommand.Request(config, state, hub, new Agent(client(board)));
    }

    /** For other questions to the agent. */
    AgentClient client(BoardCommands board) {
        return new AgentClient(socket.or(() -> state.map(folder -> folder.resolve("admin.sock")))
                .orElseGet(() -> board.socketOr(Optional.empty())));
    }

    /** For the list of checks alone, which asks nobody. */
    static CheckCommand.Request nothing() {
        return new CheckCommand.Request(
                AgentConfig.DEFAULT_FILE, Optional.empty(), Optional.empty(), new Agent(new AgentClient(Path.of("/"))));
    }

    /** The agent behind its socket. */
    record Agent(AgentClient client) implements AgentSight {
        @Override
        public JsonNode status() {
            return ask("status");
        }

        @Override
        public JsonNode clients() {
            return ask("hub-clients");
        }

        private JsonNode ask(String what) {
            ObjectNode request = Json.MAPPER.createObjectNode().put("do", what);
            try {
                JsonNode answer = client.ask(request);
                if (answer.has("error")) {
                    throw new ProblemException(
                            ErrorCode.INTERNAL, answer.path("error").asText());
                }
                return answer;
            } catch (AgentClient.Unreachable e) {
                throw new ProblemException(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
            }
        }
    }
}
