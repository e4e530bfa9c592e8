package io.edgeagent.cli;

import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code edge-agent logs}: what a module wrote. */
@Command(
        name = "logs",
        header = "Shows what a module wrote.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent logs led --tail 20",
            "  edge-agent logs led -f --since '10 minutes'",
            "  edge-agent logs led --since 2026-11-21T08:00:00Z --until 1h",
            "",
            "It asks the engine itself, so it works while the agent does not run. On a",
            "terminal only colours come through; a pipe or a file gets every byte.",
            "Exit codes: 0 done, 1 no such module, or the engine does not answer,",
            "2 wrong usage"
        })
public final class LogsCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Parameters(paramLabel = "MODULE", description = "Its name in the manifest")
    private String module = "";

    @Option(names = "--tail", paramLabel = "LINES", description = "Only that many lines from the end (default: all)")
    private Optional<String> tail = Optional.empty();

    @Option(names = "--since", paramLabel = "TIME", description = "\"1 day\", 10m, or a time like 2026-11-21T08:00:00Z")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "As --since")
    private Optional<String> until = Optional.empty();

    @Option(
            names = {"--follow", "-f"},
            description = "Shows new lines until Ctrl-C")
    private boolean follow;

    public LogsCommand(BoardCommands board) {
        this.board = board;
    }

    /** Reading from the engine cannot be interrupted, and there is nobody left to write to. */
    private static void end() {
        Runtime.getRuntime().halt(0);
    }

    @Override
    @SuppressWarnings("try") // the watch works by being open
    public Integer call() {
        Instant now = board.now();
        OutputStream out = Terminal.isTerminal("/proc/self/fd/1") ? new TerminalLog(System.out) : System.out;
        OutputStream err = Terminal.isTerminal("/proc/self/fd/2") ? new TerminalLog(System.err) : System.err;
        try {
            Optional<Integer> lines = tail.filter(text -> !text.equals("all")).map(Times::lines);
            Optional<Instant> from = since.map(text -> Times.point(text, now));
            Optional<Instant> to = until.map(text -> Times.point(text, now));
            return board.withContainer(module, (containers, found) -> {
                try (ReaderWatch watch = follow ? ReaderWatch.start(LogsCommand::end) : ReaderWatch.NONE) {
                    containers.logs(found.id(), lines, from, to, follow, out, err);
                }
            });
        } catch (IllegalArgumentException e) {
            Terminal.complain(e.getMessage());
            return BoardCommands.USAGE;
        }
    }
}
