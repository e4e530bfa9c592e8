package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "connection-string",
        description = "Prints the connection string of a device or module.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = {
            "  edge-agent-simulator connection-string porch",
            "  edge-agent-simulator connection-string porch '$edgeAgent'"
        })
final class ConnectionStringCommand extends ClientCommand {
    private static final List<String> X509 = List.of("selfSigned", "certificateAuthority");

    @Mixin
    private final Addressee addressee = new Addressee();

    @Override
    void run(ServiceClient hub) {
        out().println(text(hub.hostName(), hub.get(addressee.path())));
    }

    static String text(String hostName, JsonNode identity) {
        JsonNode authentication = identity.path("authentication");
        if (X509.contains(authentication.path("type").asText())) {
            String module = identity.path("moduleId").asText("");
            return "HostName=" + hostName + ";DeviceId="
                    + identity.path("deviceId").asText() + (module.isEmpty() ? "" : ";ModuleId=" + module)
                    + ";x509=true";
        }
        String key = authentication.path("symmetricKey").path("primaryKey").asText("");
        if (key.isEmpty()) {
            throw new CommandFailure("it has no keys yet: the edge runtime sets them when it first runs on the device");
        }
        return new ConnectionString(
                        hostName,
                        Optional.of(identity.path("deviceId").asText()),
                        Optional.ofNullable(identity.path("moduleId").textValue()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(SharedKey.fromBase64(key)))
                .toText();
    }
}
