package io.edgeagent.simulator.cli;

import io.edgeagent.protocol.Percent;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "ca",
        mixinStandardHelpOptions = true,
        description = "CAs that sign the certificates of devices of type certificateAuthority.")
final class CaCommand implements Runnable {
    private static final String PATH = "/_sim/cas";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(
            name = "add",
            description =
                    "Trusts a CA, or replaces it. A certificate's common name is the device id, or device/module.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator ca add factory factory-ca.pem")
    static final class Add extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Any name")
        private String name;

        @Parameters(index = "1", paramLabel = "FILE", description = "Its certificate in PEM")
        private Path file;

        @Override
        void run(ServiceClient hub) throws IOException {
            hub.callText(
                    "PUT",
                    PATH + "/" + Percent.encode(name),
                    Optional.of(HubJson.object().put("certificate", Files.readString(file))));
            out().println("trusts " + name);
        }
    }

    @Command(
            name = "list",
            description = "Lists the names.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator ca list")
    static final class Listing extends ClientCommand {
        @Override
        void run(ServiceClient hub) {
            hub.get(PATH).fieldNames().forEachRemaining(out()::println);
        }
    }

    @Command(
            name = "remove",
            description = "Trusts a CA no longer; who is connected stays so.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator ca remove factory")
    static final class Remove extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "Its name")
        private String name;

        @Override
        void run(ServiceClient hub) {
            hub.callText("DELETE", PATH + "/" + Percent.encode(name), Optional.empty());
            out().println("removed " + name);
        }
    }
}
