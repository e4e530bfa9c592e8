package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code edge-agent events}: what the agent does. */
@Command(
        name = "events",
        header = "Shows what the agent did last, and does now.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent events",
            "  edge-agent events -f --module led",
            "  edge-agent events -f -o json | jq -r 'select(.level != \"info\") | .event'",
            "",
            "The agent remembers its last 200 events since its start; all of them are in",
            "its log: journalctl -u edge-agent",
            "Exit codes: 0 done, 2 wrong usage, 3 the agent does not answer"
        })
public final class AgentEventsCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 500;

    private final BoardCommands board;

    @Option(
            names = {"-f", "--follow"},
            description = "Shows what comes until Ctrl-C")
    private boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many events of before to show (default: ${DEFAULT-VALUE})")
    private int tail;

    @Option(names = "--module", paramLabel = "NAME", description = "Only events of this module")
    private Optional<String> module = Optional.empty();

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    private long last;

    public AgentEventsCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    @SuppressWarnings("try") // the watch works by being open
    public Integer call() throws InterruptedException {
        if (tail < 0) {
            System.err.println("--tail wants a number from 0 on. Try: edge-agent events --help");
            return BoardCommands.USAGE;
        }
        try (ReaderWatch watch = ReaderWatch.start(() -> Runtime.getRuntime().halt(0))) {
            int code = ask(tail);
            while (follow && code == 0) {
                Thread.sleep(LOOK_MILLIS);
                code = ask(Integer.MAX_VALUE);
            }
            return code;
        }
    }

    private int ask(int most) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("do", "events").put("after", last);
        return board.ask(agent, request, answer -> {
            List<EventLine> lines = new ArrayList<>();
            for (JsonNode entry : answer.path("events")) {
                last = entry.path("number").asLong();
                EventLine line = EventLine.of(entry);
                if (module.filter(name -> !name.equals(line.module())).isEmpty()) {
                    lines.add(line);
                }
            }
            for (EventLine line : lines.subList(Math.max(0, lines.size() - most), lines.size())) {
                System.out.println(output.isJson() ? line.json().toString() : line.text(ZoneId.systemDefault()));
            }
            System.out.flush();
            return 0;
        });
    }
}
