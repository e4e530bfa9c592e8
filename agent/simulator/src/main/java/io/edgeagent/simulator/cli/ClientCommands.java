package io.edgeagent.simulator.cli;

import java.util.List;
import picocli.CommandLine;

/** All client commands. */
public final class ClientCommands {
    private ClientCommands() {}

    public static List<CommandLine> all() {
        CommandLine device = new CommandLine(new DeviceCommand())
                .addSubcommand(new DeviceCommand.Create())
                .addSubcommand(new DeviceCommand.Listing())
                .addSubcommand(new IdentityCommands.Enable())
                .addSubcommand(new IdentityCommands.Disable())
                .addSubcommand(new IdentityCommands.NewKeys())
                .addSubcommand(new IdentityCommands.Delete());
        CommandLine enrollment = new CommandLine(new EnrollmentCommand())
                .addSubcommand(new EnrollmentCommand.Add())
                .addSubcommand(new EnrollmentCommand.Listing())
                .addSubcommand(new EnrollmentCommand.Remove())
                .addSubcommand(new EnrollmentCommand.DeviceKey());
        CommandLine ca = new CommandLine(new CaCommand())
                .addSubcommand(new CaCommand.Add())
                .addSubcommand(new CaCommand.Listing())
                .addSubcommand(new CaCommand.Remove());
        CommandLine blob = new CommandLine(new BlobCommand())
                .addSubcommand(new BlobCommand.Sas())
                .addSubcommand(new BlobCommand.Listing())
                .addSubcommand(new BlobCommand.Get());
        return List.of(
                device,
                enrollment,
                ca,
                blob,
                new CommandLine(new ConnectionStringCommand()),
                new CommandLine(new TwinCommand()),
                new CommandLine(new TwinUpdateCommand()),
                new CommandLine(new ApplyCommand()),
                new CommandLine(new MethodCommand()),
                new CommandLine(new EventsCommand()));
    }
}
