package io.edgeagent.simulator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "twin",
        description = "Prints a twin as JSON.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = "  edge-agent-simulator twin porch '$edgeAgent' | jq .properties.reported")
final class TwinCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Device id")
    private String device;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "MODULE",
            defaultValue = "-",
            description = MODULE_OR_DEVICE + " (default)")
    private String module;

    @Override
    void run(ServiceClient hub) {
        print(hub.get(twinPath(device, module)));
    }
}
