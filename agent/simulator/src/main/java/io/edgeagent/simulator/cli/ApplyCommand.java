package io.edgeagent.simulator.cli;

import io.edgeagent.protocol.HubPaths;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "apply",
        description = "Sets the modules of an edge device to a deployment manifest, as az iot edge set-modules does.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = "  edge-agent-simulator apply porch deployment.json")
final class ApplyCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Device id")
    private String device;

    @Parameters(index = "1", paramLabel = "MANIFEST.json", description = "File with modulesContent")
    private String manifest;

    @Override
    void run(ServiceClient hub) throws IOException {
        String file = manifest.startsWith("@") ? manifest : "@" + manifest;
        hub.call("POST", HubPaths.applyConfiguration(device), Optional.of(json(file)));
        out().println("applied to " + device);
    }
}
