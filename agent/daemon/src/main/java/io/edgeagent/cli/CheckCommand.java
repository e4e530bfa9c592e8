package io.edgeagent.cli;

import io.edgeagent.check.AgentSight;
import io.edgeagent.check.Check;
import io.edgeagent.check.CheckRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code edge-agent check}: looks for what commonly goes wrong, and says the command that helps. */
@Command(
        name = "check",
        header = "Looks for what commonly goes wrong on a board, and says how to mend it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent check",
            "  sudo edge-agent check --verbose",
            "  sudo edge-agent check --dont-run container-connect-iothub host-local-time",
            "  sudo edge-agent check -o json | jq '.checks | map_values(.result.result)'",
            "",
            "It works while the agent does not run. Without sudo, some checks cannot look.",
            "For container-connect-iothub it makes a container and removes it.",
            "Exit codes: 0 no errors, 1 errors, or warnings with --warnings-as-errors,",
            "2 wrong usage"
        })
public final class CheckCommand implements Callable<Integer> {
    /**
     * What the checks are to look at.
     *
     * @param state overrides the state folder
     * @param hub in place of the one of the settings
     */
    public record Request(Path config, Optional<Path> state, Optional<String> hub, AgentSight agent) {}

    /** All checks of this board. */
    public interface Checks {
        List<Check> of(Request request);
    }

    private final BoardCommands board;
    private final Checks checks;

    @Mixin
    private CheckOptions options = new CheckOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--dont-run", arity = "1..*", paramLabel = "ID", description = "Checks to leave out")
    private List<String> dontRun = List.of();

    @Option(names = "--verbose", description = "Says more, also of what is well and what could not be asked")
    private boolean verbose;

    @Option(names = "--warnings-as-errors", description = "Ends with 1 if there are warnings")
    private boolean strict;

    public CheckCommand(BoardCommands board, Checks checks) {
        this.board = board;
        this.checks = checks;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Check> all = checks.of(options.request(board));
        // iotedge takes them with blanks between, and as one text too
        Set<String> left = dontRun.stream()
                .flatMap(text -> List.of(text.strip().split("[\\s,]+", -1)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(left);
        all.forEach(check -> unknown.remove(check.id()));
        if (!unknown.isEmpty()) {
            Terminal.complain("note: there are no checks " + String.join(", ", unknown)
                    + "; edge-agent check-list shows those that there are");
        }
        List<Check> wanted =
                all.stream().filter(check -> !left.contains(check.id())).toList();
        boolean atTerminal = Terminal.isTerminal("/proc/self/fd/1");
        CheckReport report = output.isJson()
                ? new CheckReport.AsJson()
                : new CheckReport.AsText(
                        System.out,
                        verbose,
                        atTerminal && System.getenv("NO_COLOR") == null,
                        Terminal.columnsOfOutput());
        CheckRun.of(wanted, Terminal.isTerminal("/proc/self/fd/2") ? new CheckProgress(report) : report);
        report.end();
        return report.errors() > 0 || (strict && report.warnings() > 0) ? BoardCommands.FAILED : 0;
    }
}
