package io.edgeagent.cli;

import io.edgeagent.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code edge-agent check-list}: the names of all checks. */
@Command(
        name = "check-list",
        header = "Lists the checks of \"edge-agent check\".",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  edge-agent check-list"})
public final class CheckListCommand implements Callable<Integer> {
    private final CheckCommand.Checks checks;

    public CheckListCommand(CheckCommand.Checks checks) {
        this.checks = checks;
    }

    @Override
    public Integer call() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("CATEGORY", "ID", "DESCRIPTION"));
        for (Check check : checks.of(CheckOptions.nothing())) {
            rows.add(List.of(check.section(), check.id(), check.description()));
        }
        System.out.print(Terminal.table(rows));
        return 0;
    }
}
