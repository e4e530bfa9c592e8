package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.Percent;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "blob",
        mixinStandardHelpOptions = true,
        description = "A small Azure Blob storage, for uploads of logs and support bundles.")
final class BlobCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static String sas(ServiceClient hub, String container, String permissions, long minutes) {
        return hub.call(
                        "POST",
                        "/_sim/sas/" + Percent.encode(container),
                        Optional.of(
                                HubJson.object().put("permissions", permissions).put("seconds", minutes * 60)))
                .path("url")
                .asText();
    }

    @Command(
            name = "sas",
            description = "Prints a SAS URL of a container, which is made if it is not there.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = {
                "  edge-agent-simulator blob sas logs",
                "  edge-agent-simulator blob sas logs --permissions acw --minutes 10"
            })
    static final class Sas extends ClientCommand {
        @Parameters(index = "0", paramLabel = "CONTAINER", description = "Its name: small letters, digits, hyphens")
        private String container;

        @Option(
                names = "--permissions",
                paramLabel = "LETTERS",
                defaultValue = "racwl",
                description = "r read, a add, c create, w write, l list (default: ${DEFAULT-VALUE})")
        private String permissions;

        @Option(
                names = "--minutes",
                paramLabel = "MINUTES",
                defaultValue = "1440",
                description = "How long it is good; below zero for one that has expired (default: ${DEFAULT-VALUE})")
        private long minutes;

        @Override
        void run(ServiceClient hub) {
            out().println(sas(hub, container, permissions, minutes));
        }
    }

    @Command(
            name = "list",
            description = "Lists the blobs of a container.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator blob list logs")
    static final class Listing extends ClientCommand {
        @Parameters(index = "0", paramLabel = "CONTAINER")
        private String container;

        @Override
        void run(ServiceClient hub) {
            JsonNode sizes = hub.get("/_sim/blobs/" + Percent.encode(container));
            List<List<String>> rows = new ArrayList<>(List.of(List.of("NAME", "BYTES")));
            sizes.properties()
                    .forEach(blob ->
                            rows.add(List.of(blob.getKey(), blob.getValue().asText())));
            out().print(Table.of(rows));
        }
    }

    @Command(
            name = "get",
            description = "Writes a blob into a file.",
            footerHeading = ClientCommand.EXAMPLES,
            footer = "  edge-agent-simulator blob get logs 127.0.0.9/porch/led-2026-11-28--09-00-00.log led.log")
    static final class Get extends ClientCommand {
        @Parameters(index = "0", paramLabel = "CONTAINER")
        private String container;

        @Parameters(index = "1", paramLabel = "NAME")
        private String name;

        @Parameters(index = "2", paramLabel = "FILE")
        private Path file;

        @Override
        void run(ServiceClient hub) throws IOException {
            String url = sas(hub, container, "r", 1);
            int query = url.indexOf('?');
            String path =
                    Arrays.stream(name.split("/", -1)).map(Percent::encode).collect(Collectors.joining("/"));
            hub.download(url.substring(0, query) + "/" + path + url.substring(query), file);
            out().println(Files.size(file) + " bytes");
        }
    }
}
