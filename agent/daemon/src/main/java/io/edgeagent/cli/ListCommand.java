package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code edge-agent list}: the modules in a table. */
@Command(
        name = "list",
        header = "Lists the modules.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent list",
            "  edge-agent list -o json | jq '.[] | select(.runtimeStatus != \"running\")'",
            "",
            "If the agent does not run, it shows the containers as the engine has them.",
            "Exit codes: 0 done, 1 neither agent nor engine answers"
        })
public final class ListCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public ListCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    public Integer call() {
        ArrayNode modules = Json.MAPPER.createArrayNode();
        try {
            JsonNode status = agent.client(board).status();
            status.path("modules").properties().forEach(entry -> {
                ObjectNode module = modules.addObject().put("name", entry.getKey());
                module.setAll((ObjectNode) entry.getValue());
            });
        } catch (AgentClient.Unreachable e) {
            Terminal.complain(e.getMessage());
            try (ModuleContainers containers = board.engine()) {
                containers
                        .find()
                        .forEach(found -> modules.addObject()
                                .put("name", found.module())
                                .put("image", found.image())
                                .put("runtimeStatus", found.running() ? "running" : "stopped")
                                .put("containerStatus", found.status()));
            } catch (ProblemException problem) {
                Terminal.complain(problem.problem().text());
                return BoardCommands.FAILED;
            }
        }
        if (output.isJson()) {
            System.out.println(modules.toPrettyString());
        } else {
            System.out.print(ModuleTable.of(modules, board.now(), Terminal.columnsOfOutput()));
        }
        return 0;
    }
}
