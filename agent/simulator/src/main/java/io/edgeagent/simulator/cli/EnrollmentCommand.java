package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.Percent;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "enrollment",
        mixinStandardHelpOptions = true,
        description = "Lets devices register themselves through the provisioning service (DPS).")
final class EnrollmentCommand implements Runnable {
    private static final String PATH = "/_sim/enrollments";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static String path(String id) {
        return PATH + "/" + Percent.encode(id);
    }

    private enum Reprovision {
        migrate,
        reset,
        never
    }

    @Command(
            name = "add",
            description = "Adds an enrollment, or replaces it, and prints what the device needs.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = {
                "  edge-agent-simulator enrollment add porch --edge",
                "  edge-agent-simulator enrollment add boards --group --edge --key-file group.key",
                "  edge-agent-simulator enrollment add porch --certificate porch.pem",
                "  edge-agent-simulator enrollment add boards --group --certificate ca.pem"
            })
    static final class Add extends ClientCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "Registration id of a device, or name of a group")
        private String id;

        @Option(names = "--group", description = "For all devices whose keys or certificates come from the group's")
        private boolean group;

        @Option(
                names = "--key-file",
                paramLabel = "FILE|-",
                description = "File with the symmetric key in base64; - reads standard input (default: a new key)")
        private Optional<String> keyFile;

        @Option(
                names = "--certificate",
                paramLabel = "FILE",
                description = "X.509: the device's certificate, or with --group the CA's; twice for a roll-over")
        private List<Path> certificates = new ArrayList<>();

        @Option(names = "--device-id", paramLabel = "ID", description = "Device id in the hub (default: ID)")
        private Optional<String> deviceId;

        @Option(names = "--edge", description = "Its devices are IoT Edge devices")
        private boolean edge;

        @Option(names = "--disabled", description = "Registrations end with the status disabled")
        private boolean disabled;

        @Option(
                names = "--reprovision",
                defaultValue = "migrate",
                description =
                        "On registering again: migrate (default) keeps the device, reset makes it anew, never changes nothing")
        private Reprovision reprovision;

        @Override
        void run(ServiceClient hub) throws IOException {
            ObjectNode request = HubJson.object()
                    .put("group", group)
                    .put("iotEdge", edge)
                    .put("enabled", !disabled)
                    .put("reprovision", reprovision.name().toLowerCase(Locale.ROOT));
            deviceId.ifPresent(device -> request.put("deviceId", device));
            ObjectNode attestation = request.putObject("attestation");
            attestation.put("type", certificates.isEmpty() ? "symmetricKey" : "x509");
            for (Path file : certificates) {
                attestation.withArray("certificates").add(Files.readString(file));
            }
            if (keyFile.isPresent()) {
                attestation.put("primaryKey", read(keyFile.get()));
            }
            JsonNode made = hub.call("PUT", path(id), Optional.of(request));
            out().println("idScope=" + hub.get(PATH).path("idScope").asText());
            out().println((group ? "group=" : "registrationId=") + id);
            JsonNode key = made.path("attestation").path("primaryKey");
            if (key.isTextual()) {
                out().println((group ? "groupKey=" : "symmetricKey=") + key.asText());
            }
        }

        private static String read(String file) throws IOException {
            byte[] text = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
            return new String(text, StandardCharsets.UTF_8).strip();
        }
    }

    @Command(
            name = "list",
            description = "Lists enrollments and the scope id.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator enrollment list --output json")
    static final class Listing extends ClientCommand {
        @Option(names = "--output", defaultValue = "table", description = "table (default) or json, with keys")
        private OutputFormat output;

        @Override
        void run(ServiceClient hub) {
            JsonNode all = hub.get(PATH);
            if (output == OutputFormat.json) {
                print(all);
                return;
            }
            out().println("idScope=" + all.path("idScope").asText());
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "KIND", "PROOF", "DEVICES", "STATUS", "AGAIN"));
            for (JsonNode each : all.path("enrollments")) {
                rows.add(List.of(
                        each.path("id").asText(),
                        each.path("group").asBoolean() ? "group" : "individual",
                        each.path("attestation").path("type").asText(),
                        each.path("iotEdge").asBoolean() ? "edge" : "device",
                        each.path("enabled").asBoolean() ? "enabled" : "disabled",
                        each.path("reprovision").asText()));
            }
            out().print(Table.of(rows));
        }
    }

    @Command(
            name = "remove",
            description = "Removes an enrollment; devices that have registered stay in the hub.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator enrollment remove porch")
    static final class Remove extends ClientCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "Registration id, or name of the group")
        private String id;

        @Override
        void run(ServiceClient hub) {
            hub.callText("DELETE", path(id), Optional.empty());
            out().println("removed " + id);
        }
    }

    @Command(
            name = "device-key",
            description = "Prints the key of one device of a group of symmetric keys.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator enrollment device-key boards porch")
    static final class DeviceKey extends ClientCommand {
        @Parameters(index = "0", paramLabel = "GROUP", description = "Name of the group")
        private String group;

        @Parameters(index = "1", paramLabel = "ID", description = "Registration id of the device")
        private String id;

        @Override
        void run(ServiceClient hub) {
            String answer = path(group) + "/" + Percent.encode(id);
            out().println(hub.get(answer).path("deviceKey").asText());
        }
    }
}
