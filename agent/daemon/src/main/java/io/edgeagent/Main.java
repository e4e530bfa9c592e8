package io.edgeagent;

import io.edgeagent.cli.CleanCommand;
import io.edgeagent.cli.CommandLineInterface;
import io.edgeagent.cli.ConfigCommand;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(CommandLineInterface.run(
                args,
                RunCommand::run,
                new CleanCommand(CleanEngine::open),
                new ConfigCommand(new SystemdService(), System.getenv())));
    }
}
