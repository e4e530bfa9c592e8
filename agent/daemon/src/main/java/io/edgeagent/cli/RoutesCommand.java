package io.edgeagent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.route.Route;
import io.edgeagent.hub.route.RouteException;
import io.edgeagent.hub.route.SampleMessage;
import io.edgeagent.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code edge-agent routes}: routes of the built-in hub. */
@Command(
        name = "routes",
        header = "Shows the built-in hub's routes, and checks new ones.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "",
            "Examples:",
            "  edge-agent routes",
            "  edge-agent routes -o json | jq '.routes[] | select(.waiting > 0)'",
            "  edge-agent routes check 'FROM /messages/* INTO $upstream'",
            "",
            "WAITING counts all messages that wait for where the route leads. Counts begin",
            "with the hub's start. -o json has edgeHub's metrics as well.",
            "Exit codes: 0 done, 1 there is no hub, 3 the agent does not answer"
        })
public final class RoutesCommand implements Callable<Integer> {
    private final BoardCommands board;

    @Mixin
    private AgentOption agent = new AgentOption();

    @Mixin
    private OutputOption output = new OutputOption();

    public RoutesCommand(BoardCommands board) {
        this.board = board;
    }

    @Override
    public Integer call() {
        return board.ask(agent, Json.MAPPER.createObjectNode().put("do", "hub-routes"), answer -> {
            System.out.print(output.isJson() ? answer.toPrettyString() + "\n" : HubTables.routes(answer, board.now()));
            return 0;
        });
    }

    @Command(
            name = "check",
            header = "Says whether a route can be used, and whether it matches a message.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent routes check 'FROM /messages/* INTO $upstream'",
                "  edge-agent routes check 'FROM /* WHERE $body.t > 30 INTO $upstream' -m m.json",
                "  edge-agent routes check --batch < routes.jsonl",
                "",
                "A message is a JSON object. All of its fields may be left out:",
                "  {\"source\": {\"module\": \"sensor\", \"output\": \"out\"}, \"body\": {\"t\": 31},",
                "   \"contentType\": \"application/json\", \"contentEncoding\": \"utf-8\",",
                "   \"appProperties\": {\"level\": \"high\"},",
                "   \"systemProperties\": {\"messageId\": \"1\"}}",
                "\"source\": {\"device\": \"leaf\"} stands for a leaf device.",
                "",
                "Exit codes: 0 the route is good, and matches the message if there is one;",
                "1 it is not, or does not; 2 wrong usage. The agent is not needed."
            })
    int check(
            @Parameters(paramLabel = "ROUTE", arity = "0..1", description = "A route in one argument")
                    Optional<String> route,
            @Option(
                            names = {"-m", "--message"},
                            paramLabel = "FILE",
                            description = "A message to try; - is standard input")
                    Optional<Path> message,
            @Option(
                            names = "--batch",
                            description =
                                    "Reads {\"route\": ..., \"message\": ...} a line, answers a line of JSON each")
                    boolean batch)
            throws IOException {
        if (batch == route.isPresent()) {
            System.err.println("give either a route or --batch. Try: edge-agent routes check --help");
            return BoardCommands.USAGE;
        }
        return batch ? batch() : one(route.get(), message);
    }

    private static int one(String text, Optional<Path> message) throws IOException {
        Route route;
        try {
            route = Route.parse(text);
        } catch (RouteException e) {
            System.out.println("not valid: " + e.getMessage());
            System.out.println("  " + Terminal.plain(text));
            System.out.println("  " + " ".repeat(Math.min(e.position(), text.length())) + "^");
            return BoardCommands.FAILED;
        }
        System.out.println("valid: into " + route.endpoint());
        if (!route.ignored().isEmpty()) {
            System.out.println("warning: has no effect behind the sink: " + Terminal.plain(route.ignored()));
        }
        if (message.isEmpty()) {
            return 0;
        }
        SampleMessage sample;
        try {
            sample = new SampleMessage(Json.MAPPER.readTree(read(message.get())));
        } catch (JsonProcessingException e) {
            System.err.println("the message is not valid JSON: " + Json.explain(e));
            return BoardCommands.USAGE;
        } catch (IllegalArgumentException e) {
            System.err.println("the message cannot be used: " + e.getMessage());
            return BoardCommands.USAGE;
        }
        return verdict(route, sample);
    }

    private static int verdict(Route route, SampleMessage sample) {
        if (!route.comesFrom(sample.source())) {
            System.out.println("does not match: the message comes from " + Terminal.plain(sample.source()));
            return BoardCommands.FAILED;
        }
        if (route.meets(sample)) {
            System.out.println("matches");
            return 0;
        }
        System.out.println("does not match: the condition is " + route.result(sample));
        route.unmet(sample).forEach(part -> System.out.println("  " + part));
        if (route.readsBody() && !sample.body().reason().isEmpty()) {
            System.out.println(
                    "  $body cannot be read: " + Terminal.plain(sample.body().reason()));
        }
        return BoardCommands.FAILED;
    }

    private static String read(Path file) throws IOException {
        return file.toString().equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(file);
    }

    private static int batch() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                System.out.println(answer(line));
            }
        }
        return 0;
    }

    private static ObjectNode answer(String line) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        try {
            JsonNode json = Json.MAPPER.readTree(line);
            Route route = Route.parse(json.path("route").asText());
            answer.put("valid", true).putNull("invalidAt");
            JsonNode message = json.path("message");
            answer.put("matches", message.isObject() && route.matches(new SampleMessage(message)));
        } catch (RouteException e) {
            answer.put("valid", false)
                    .put("invalidAt", e.stage().name().toLowerCase(Locale.ROOT))
                    .put("matches", false)
                    .put("position", e.position())
                    .put("reason", e.getMessage());
        } catch (JsonProcessingException e) {
            answer.put("error", "not valid JSON: " + Json.explain(e));
        } catch (IllegalArgumentException e) {
            answer.put("error", e.getMessage());
        }
        return answer;
    }
}
