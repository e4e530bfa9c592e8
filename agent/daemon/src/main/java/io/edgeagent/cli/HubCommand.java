package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code edge-agent hub}: the clients of the built-in hub, and trying its routes. */
@Command(
        name = "hub",
        header = "Shows the built-in hub's clients, and tries its routes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class HubCommand {
    private static final long LOOK_MILLIS = 300;

    private final BoardCommands board;

    public HubCommand(BoardCommands board) {
        this.board = board;
    }

    @Command(
            name = "clients",
            header = "Says which modules are connected to the hub.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent hub clients",
                "  edge-agent hub clients -o json | jq '.clients[] | .id, .lastError'",
                "",
                "A client that was refused is listed with the reason.",
                "Exit codes: 0 done, 1 there is no hub, 3 the agent does not answer"
            })
    int clients(@Mixin AgentOption agent, @Mixin OutputOption output) {
        return board.ask(agent, request("hub-clients"), answer -> {
            System.out.print(output.isJson() ? answer.toPrettyString() + "\n" : HubTables.clients(answer, board.now()));
            return 0;
        });
    }

    @Command(
            name = "send",
            header = "Sends a message as if a module had sent it.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent hub send --module sensor --output out '{\"t\": 31}'",
                "  edge-agent hub send --module sensor -p level=high - < body.json",
                "",
                "The message goes where the routes send it, to the cloud too, in the name of",
                "the module. A body that is JSON gets the content type application/json.",
                "Exit codes: 0 sent, 1 not sent or no route matches, 2 wrong usage,",
                "3 the agent does not answer"
            })
    int send(
            @Option(names = "--module", required = true, paramLabel = "NAME", description = "The module that sends")
                    String module,
            @Option(names = "--output", paramLabel = "NAME", description = "The module's output")
                    Optional<String> output,
            @Option(
                            names = {"--property", "-p"},
                            paramLabel = "NAME=VALUE",
                            description = "A property of the message")
                    Map<String, String> properties,
            @Parameters(paramLabel = "BODY", description = "The body; - is standard input") String body,
            @Mixin AgentOption agent)
            throws IOException {
        String text = body.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : body;
        ObjectNode request = request("hub-send").put("module", module).put("body", text);
        output.ifPresent(name -> request.put("output", name));
        request.put("contentType", isJson(text) ? "application/json" : "");
        ObjectNode given = request.putObject("properties");
        Optional.ofNullable(properties).ifPresent(all -> all.forEach(given::put));
        return board.ask(agent, request, answer -> {
            System.out.print(HubTables.sent(answer));
            return answer.path("matched").isEmpty() ? BoardCommands.FAILED : 0;
        });
    }

    private static boolean isJson(String text) {
        try {
            return !Json.MAPPER.readTree(text).isMissingNode();
        } catch (IOException e) {
            return false;
        }
    }

    @Command(
            name = "listen",
            header = "Shows messages as they come to the hub.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent hub listen",
                "  edge-agent hub listen --module filter --input input1",
                "  edge-agent hub listen --route upstream -o json | jq .properties",
                "",
                "It takes nothing away: the modules get their messages all the same. It ends",
                "with Ctrl-C, or after --count messages.",
                "Exit codes: 0 done, 1 there is no hub, 2 wrong usage,",
                "3 the agent does not answer"
            })
    @SuppressWarnings("try") // the watch works by being open
    int listen(
            @Option(names = "--module", paramLabel = "NAME", description = "Only messages to this module")
                    Optional<String> module,
            @Option(names = "--input", paramLabel = "NAME", description = "Only those to this input of it")
                    Optional<String> input,
            @Option(names = "--route", paramLabel = "NAME", description = "Only messages that match this route")
                    Optional<String> route,
            @Option(names = "--count", paramLabel = "N", description = "Ends after N messages") Optional<Integer> count,
            @Mixin AgentOption agent,
            @Mixin OutputOption output)
            throws InterruptedException {
        if (input.isPresent() && module.isEmpty()) {
            System.err.println("--input wants --module. Try: edge-agent hub listen --help");
            return BoardCommands.USAGE;
        }
        ObjectNode request = request("hub-listen").put("id", UUID.randomUUID().toString());
        module.ifPresent(name -> request.put("module", name));
        input.ifPresent(name -> request.put("input", name));
        route.ifPresent(name -> request.put("route", name));
        try (ReaderWatch watch = ReaderWatch.start(HubCommand::end)) {
            Listening listening = new Listening(count.orElse(Integer.MAX_VALUE), output.isJson());
            while (listening.left > 0) {
                int code = board.ask(agent, request.put("after", listening.last), listening::show);
                if (code != 0) {
                    return code;
                }
                Thread.sleep(listening.left > 0 ? LOOK_MILLIS : 0);
            }
        }
        return 0;
    }

    /** Nobody reads any more. */
    private static void end() {
        Runtime.getRuntime().halt(0);
    }

    private final class Listening {
        private final boolean json;
        private int left;
        private long last;

        private Listening(int count, boolean json) {
            this.left = count;
            this.json = json;
        }

        private int show(JsonNode answer) {
            for (JsonNode message : answer.path("messages")) {
                long number = message.path("number").asLong();
                // the numbers begin anew with the hub
                if (number > last + 1) {
                    Terminal.complain((number - last - 1) + " messages came too fast to be shown");
                }
                last = number;
                if (left > 0) {
                    left--;
                    System.out.print(json ? message + "\n" : HubTables.passed(message, board.now()));
                }
            }
            System.out.flush();
            return 0;
        }
    }

    private static ObjectNode request(String what) {
        return Json.MAPPER.createObjectNode().put("do", what);
    }
}
