package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code edge-agent status}: whether all is well. */
@Command(
        name = "status",
        header = "Says whether all is well, and what to do if not.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent status",
            "  edge-agent status -o json | jq .deployment.code",
            "",
            "Exit codes: 0 all is well, 1 something is not, 3 the agent does not answer"
        })
public final class StatusCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public StatusCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    public Integer call() {
        try {
            JsonNode status = agent.client(board).status();
            if (status.has("error")) {
                Terminal.complain(Terminal.plain(status.path("error").asText()));
                return BoardCommands.AGENT_DOWN;
            }
            Health health = Health.of(status, board.now());
            System.out.print(output.isJson() ? status.toPrettyString() + "\n" : health.text());
            return health.isGood() ? 0 : BoardCommands.FAILED;
        } catch (AgentClient.Unreachable e) {
            Terminal.complain(e.getMessage());
            return BoardCommands.AGENT_DOWN;
        }
    }
}
