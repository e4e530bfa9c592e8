package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code edge-agent twin}: what the hub wants, what it was told, and what runs. */
@Command(
        name = "twin",
        header = "Compares desired and reported properties with what runs.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent twin",
            "  edge-agent twin -o json | jq .desired.version",
            "",
            "A line that begins with ! has a difference.",
            "Exit codes: 0 no difference, 1 there is one, 3 the agent does not answer"
        })
public final class AgentTwinCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public AgentTwinCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    public Integer call() {
        return board.ask(agent, Json.MAPPER.createObjectNode().put("do", "twin"), this::show);
    }

    private int show(JsonNode twin) {
        Optional<ObjectNode> runs = runs();
        TwinTable table = TwinTable.of(twin, runs);
        if (output.isJson()) {
            ObjectNode all = twin.deepCopy();
            runs.ifPresent(containers -> all.set("runs", containers));
            System.out.println(all.toPrettyString());
        } else {
            System.out.print(table.text());
        }
        return table.differs() ? BoardCommands.FAILED : 0;
    }

    /** The containers by module; empty where the engine does not answer this user. */
    private Optional<ObjectNode> runs() {
        try (ModuleContainers containers = board.engine()) {
            ObjectNode found = Json.MAPPER.createObjectNode();
            containers
                    .find()
                    .forEach(container -> found.putObject(container.module())
                            .put("running", container.running())
                            .put("status", container.status())
                            .put("image", container.image()));
            return Optional.of(found);
        } catch (ProblemException e) {
            Terminal.complain("what runs is not known: " + e.problem().text());
            return Optional.empty();
        }
    }
}
