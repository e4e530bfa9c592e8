package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.simulator.hub.Certificates;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "device", mixinStandardHelpOptions = true, description = "Registers and lists devices.")
final class DeviceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(
            name = "create",
            description = "Registers a device and prints its connection string; with X.509 that has no secret in it.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = {
                "  edge-agent-simulator device create porch --edge",
                "  edge-agent-simulator device create porch --edge --certificate porch.pem",
                "  edge-agent-simulator device create porch --edge --ca-signed",
                "  edge-agent-simulator device create camera --parent porch"
            })
    static final class Create extends ClientCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "Device id")
        private String id;

        @Option(names = "--edge", description = "An IoT Edge device, with the modules $edgeAgent and $edgeHub")
        private boolean edge;

        @Option(names = "--parent", paramLabel = "ID", description = "The edge device whose hub it connects to")
        private Optional<String> parent = Optional.empty();

        @Option(
                names = "--certificate",
                paramLabel = "FILE",
                description = "X.509: its certificate in PEM, known by its thumbprint; twice for a roll-over")
        private List<Path> certificates = new ArrayList<>();

        @Option(
                names = "--ca-signed",
                description =
                        "X.509: any certificate that a CA of \"ca add\" has signed, with the device id as its common name")
        private boolean caSigned;

        @Override
        void run(ServiceClient hub) throws IOException {
            if (certificates.size() > (caSigned ? 0 : 2)) {
                throw wrongUsage("give one or two --certificate, or --ca-signed");
            }
            ObjectNode request = HubJson.object().put("deviceId", id);
            request.putObject("capabilities").put("iotEdge", edge);
            if (parent.isPresent()) {
                String scope = hub.get(HubPaths.device(parent.get()))
                        .path("deviceScope")
                        .asText("");
                if (scope.isEmpty()) {
                    throw wrongUsage(parent.get() + " is not an edge device");
                }
                request.putArray("parentScopes").add(scope);
            }
            if (caSigned) {
                request.putObject("authentication").put("type", "certificateAuthority");
            } else if (!certificates.isEmpty()) {
                request.set("authentication", selfSigned());
            }
            JsonNode identity = hub.call("PUT", HubPaths.device(id), Optional.of(request));
            out().println(ConnectionStringCommand.text(hub.hostName(), identity));
        }

        private ObjectNode selfSigned() throws IOException {
            ObjectNode json = HubJson.object().put("type", "selfSigned");
            ObjectNode thumbprints = json.putObject("x509Thumbprint");
            for (Path file : certificates) {
                String name = thumbprints.isEmpty() ? "primaryThumbprint" : "secondaryThumbprint";
                thumbprints.put(name, Certificates.thumbprint(Certificates.parse(Files.readString(file))));
            }
            return json;
        }
    }

    @Command(
            name = "list",
            description = "Lists devices and their modules.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator device list --output json")
    static final class Listing extends ClientCommand {
        @Option(names = "--output", defaultValue = "table", description = "table (default) or json")
        private OutputFormat output;

        @Override
        void run(ServiceClient hub) {
            JsonNode devices = hub.get("/devices");
            if (output == OutputFormat.json) {
                print(devices);
                return;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "KIND", "STATUS", "CONNECTION"));
            for (JsonNode device : devices) {
                String id = device.path("deviceId").asText();
                boolean edge = device.path("capabilities").path("iotEdge").asBoolean();
                rows.add(row(id, edge ? "edge" : "device", device));
                hub.get(HubPaths.modules(id))
                        .forEach(module ->
                                rows.add(row(id + "/" + module.path("moduleId").asText(), "module", module)));
            }
            out().print(Table.of(rows));
        }

        private static List<String> row(String name, String kind, JsonNode identity) {
            return List.of(
                    name,
                    kind,
                    identity.path("status").asText(),
                    identity.path("connectionState").asText());
        }
    }
}
