package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "events",
        aliases = "messages",
        description = "Prints what devices and modules have sent to the hub.",
        footerHeading = ClientCommand.EXAMPLES,
        footer = {
            "  edge-agent-simulator events -f",
            "  edge-agent-simulator messages --device porch --module temperature-filter --output json",
            "  edge-agent-simulator events --since 120 --output json"
        })
final class EventsCommand extends ClientCommand {
    private static final long POLL_MILLIS = 250;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new events")
    private boolean follow;

    @Option(
            names = "--since",
            paramLabel = "N",
            defaultValue = "0",
            description = "Only events after this sequence number")
    private long since;

    @Option(names = "--device", paramLabel = "ID", description = "Only what this device and its modules have sent")
    private Optional<String> device = Optional.empty();

    @Option(names = "--module", paramLabel = "ID", description = "Only what modules of this name have sent")
    private Optional<String> module = Optional.empty();

    @Option(names = "--output", defaultValue = "table", description = "table (default) or json, one event per line")
    private OutputFormat output;

    @Override
    void run(ServiceClient hub) throws IOException {
        long last = since;
        while (true) {
            List<String> lines = hub.callText("GET", "/_sim/events?since=" + last, Optional.empty())
                    .lines()
                    .toList();
            for (String line : lines) {
                JsonNode event = HubJson.parse(line.getBytes(StandardCharsets.UTF_8));
                last = event.path("sequence").asLong();
                if (isWanted(event)) {
                    out().println(output == OutputFormat.json ? line : readable(event));
                }
            }
            out().flush();
            if (lines.isEmpty()) {
                if (!follow) {
                    return;
                }
                pause();
            }
        }
    }

    private boolean isWanted(JsonNode event) {
        return device.filter(id -> !id.equals(event.path("deviceId").asText())).isEmpty()
                && module.filter(id -> !id.equals(event.path("moduleId").asText()))
                        .isEmpty();
    }

    private static String readable(JsonNode event) {
        JsonNode system = event.path("systemProperties");
        String sender = event.path("deviceId").asText()
                + Optional.ofNullable(event.path("moduleId").textValue())
                        .map(module -> "/" + module)
                        .orElse("");
        String output = Optional.ofNullable(system.path("output-name").textValue())
                .map(name -> " output=" + name)
                .orElse("");
        JsonNode properties = event.path("properties");
        return String.format(
                "%6d  %s  %-24s  %s%s%s",
                event.path("sequence").asLong(),
                system.path("iothub-enqueuedtime").asText(),
                sender,
                event.has("body")
                        ? event.get("body")
                        : "base64:" + event.path("bodyBase64").asText(),
                output,
                properties.isEmpty() ? "" : " " + properties);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }
}
