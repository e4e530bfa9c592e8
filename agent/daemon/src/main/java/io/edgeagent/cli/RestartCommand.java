package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code edge-agent restart}: stops and starts a module. */
@Command(
        name = "restart",
        header = "Stops and starts a module.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  edge-agent restart led", "", "Exit codes: 0 done, 1 not restarted, 2 wrong usage"})
public final class RestartCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Parameters(paramLabel = "MODULE", description = "Its name in the manifest")
    private String module = "";

    @Mixin
    private AgentOption agent = new AgentOption();

    public RestartCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    public Integer call() {
        Optional<String> reason = BoardCommands.builtIn(module);
        if (reason.isPresent()) {
            Terminal.complain(reason.get());
            return BoardCommands.FAILED;
        }
        try {
            JsonNode answer = agent.client(board).restart(module);
            if (answer.has("error")) {
                Terminal.complain(Terminal.plain(answer.path("error").asText()));
                return BoardCommands.FAILED;
            }
        } catch (AgentClient.Unreachable e) {
            Terminal.complain(e.getMessage());
            return board.withContainer(module, (containers, found) -> {
                containers.restart(found.id());
                System.out.println("Restarted " + Terminal.plain(module) + " without the agent");
            });
        }
        System.out.println("Restarted " + Terminal.plain(module));
        return 0;
    }
}
