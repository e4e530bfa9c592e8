package io.edgeagent;

import io.edgeagent.cli.CleanCommand;
import io.edgeagent.cli.CommandLineInterface;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(CommandLineInterface.run(args, RunCommand::run, new CleanCommand(CleanEngine::open)));
    }
}
