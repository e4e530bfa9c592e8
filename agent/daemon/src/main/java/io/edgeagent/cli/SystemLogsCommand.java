package io.edgeagent.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** {@code edge-agent system logs}: the agent's own log, by way of journalctl. */
@Command(
        name = "logs",
        header = "Shows the agent's own log.",
        mixinStandardHelpOptions = true,
        customSynopsis = "edge-agent system logs [-hV] [OPTION OF JOURNALCTL...]",
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent system logs -f",
            "  sudo edge-agent system logs -n 50 --since '1 hour ago'",
            "  sudo edge-agent system logs -- -p warning -o cat",
            "",
            "All options but --help are journalctl's. What a module writes:",
            "edge-agent logs MODULE",
            "Exit codes: those of journalctl; 1 there is no journal"
        })
final class SystemLogsCommand implements Callable<Integer> {
    @ParentCommand
    private SystemCommand system;

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
        return system.journal(options);
    }
}
