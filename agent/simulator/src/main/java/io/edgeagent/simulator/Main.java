package io.edgeagent.simulator;

import io.edgeagent.simulator.cli.ClientCommands;
import io.edgeagent.simulator.cli.CommandFailure;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
@Command(
        name = "edge-agent-simulator",
        mixinStandardHelpOptions = true,
        description = "A local IoT Hub, with a provisioning service, for tests and demos.",
        subcommands = {RunCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  export EDGE_SIM_STATE=~/hub",
            "  edge-agent-simulator run --address 127.0.0.9 &",
            "  edge-agent-simulator device create porch --edge",
            "  edge-agent-simulator enrollment add boards --group --edge",
            "  edge-agent-simulator apply porch deployment.json",
            "  edge-agent-simulator twin porch '$edgeAgent'",
            "  edge-agent-simulator method porch '$edgeAgent' ping",
            "  edge-agent-simulator events -f",
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        // before the first logger; a library on somebody's class path must not bring a logback.xml
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/edgeagent/simulator/logback-simulator.xml");
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        ClientCommands.all().forEach(commandLine::addSubcommand);
        describe(commandLine);
        return commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CommandFailure || failure instanceof IOException) {
                command.getErr().println("error: " + failure.getMessage());
            } else {
                failure.printStackTrace(command.getErr());
            }
            return 1;
        });
    }

    private static void describe(CommandLine command) {
        String version = Main.class.getPackage().getImplementationVersion();
        command.getCommandSpec().version("edge-agent-simulator " + (version == null ? "(not packaged)" : version));
        command.getSubcommands().values().forEach(Main::describe);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
