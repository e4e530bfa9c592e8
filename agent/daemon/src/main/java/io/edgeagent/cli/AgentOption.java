package io.edgeagent.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of commands that ask the running agent: where it is. */
final class AgentOption {
    @Option(names = "--socket", paramLabel = "PATH", description = "The agent's socket")
    private Optional<Path> socket = Optional.empty();

    AgentClient client(BoardCommands board) {
        return new AgentClient(board.socketOr(socket));
    }
}
