package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "method",
        description = "Calls a direct method and prints its status and payload as JSON.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = {
            "  edge-agent-simulator method porch '$edgeAgent' ping",
            "  edge-agent-simulator method porch '$edgeAgent' RestartModule '{\"schemaVersion\":\"1.0\",\"id\":\"led\"}'"
        })
final class MethodCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Device id")
    private String device;

    @Parameters(index = "1", paramLabel = "MODULE", description = MODULE_OR_DEVICE)
    private String module;

    @Parameters(index = "2", paramLabel = "NAME", description = "Name of the method")
    private String name;

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "JSON|@FILE",
            defaultValue = "null",
            description = "Payload (default: null)")
    private String payload;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the answer (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long to wait for the callee to connect (default: ${DEFAULT-VALUE})")
    private int connectTimeout;

    @Override
    void run(ServiceClient hub) throws IOException {
        ObjectNode request = HubJson.object()
                .put("methodName", name)
                .put("responseTimeoutInSeconds", timeout)
                .put("connectTimeoutInSeconds", connectTimeout);
        request.set("payload", json(payload));
        print(hub.call("POST", twinPath(device, module) + "/methods", Optional.of(request)));
    }
}
