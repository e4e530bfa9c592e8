package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "twin-update",
        description =
                "Merges JSON into the desired properties of a twin; null deletes a property. Prints the new twin.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = {
            "  edge-agent-simulator twin-update porch temperature '{\"interval\":5}'",
            "  edge-agent-simulator twin-update porch - @desired.json"
        })
final class TwinUpdateCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Device id")
    private String device;

    @Parameters(index = "1", paramLabel = "MODULE", description = MODULE_OR_DEVICE)
    private String module;

    @Parameters(index = "2", paramLabel = "JSON|@FILE", description = "A merge patch of the desired properties")
    private String patch;

    @Override
    void run(ServiceClient hub) throws IOException {
        ObjectNode request = HubJson.object();
        request.putObject("properties").set("desired", json(patch));
        print(hub.call("PATCH", twinPath(device, module), Optional.of(request)));
    }
}
