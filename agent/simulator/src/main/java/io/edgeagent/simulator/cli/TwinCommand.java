package io.edgeagent.simulator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "twin",
        description = "Prints a twin as JSON.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = "  edge-agent-simulator twin porch '$edgeAgent' | jq .properties.reported")
final class TwinCommand extends ClientCommand {
    @Mixin
    private final Addressee addressee = new Addressee();

    @Override
    void run(ServiceClient hub) {
        print(hub.get(twinPath(addressee.device(), addressee.module())));
    }
}
