package io.edgeagent.simulator.cli;

import java.util.List;
import picocli.CommandLine;

/** All client commands. */
public final class ClientCommands {
    private ClientCommands() {}

    public static List<CommandLine> all() {
        CommandLine device = new CommandLine(new DeviceCommand())
                .addSubcommand(new DeviceCommand.Create())
                .addSubcommand(new DeviceCommand.Listing());
        return List.of(
                device,
                new CommandLine(new ConnectionStringCommand()),
                new CommandLine(new TwinCommand()),
                new CommandLine(new TwinUpdateCommand()),
                new CommandLine(new ApplyCommand()),
                new CommandLine(new MethodCommand()),
                new CommandLine(new EventsCommand()));
    }
}
