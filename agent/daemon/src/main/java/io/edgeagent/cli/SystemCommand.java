package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.model.LogLevel;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code edge-agent system}: the agent itself, as {@code iotedge system} has it. */
@Command(
        name = "system",
        header = "Shows and controls the agent itself. Modules keep running.",
        mixinStandardHelpOptions = true,
        subcommands = SystemLogsCommand.class,
        synopsisSubcommandLabel = "COMMAND")
public final class SystemCommand {
    private static final String NO_SYSTEMD = "there is no systemd here: use what started the agent, such as docker ";

    private final BoardCommands board;
    private final ServiceControl service;

    public SystemCommand(BoardCommands board, ServiceControl service) {
        this.board = board;
        this.service = service;
    }

    ServiceControl service() {
        return service;
    }

    @Command(
            name = "status",
            header = "Says how each role of the agent is.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent system status",
                "  edge-agent system status -o json | jq .ready",
                "",
                "An agent without a link to the cloud is ready: it goes on with the last",
                "deployment. What modules do: edge-agent status",
                "Exit codes: 0 all roles are up, 1 one is down, 3 the agent does not answer"
            })
    int status(@Mixin AgentOption agent, @Mixin OutputOption output) {
        try {
            JsonNode answer = agent.client(board).status();
            if (answer.has("error")) {
                Terminal.complain(answer.path("error").asText());
                return BoardCommands.AGENT_DOWN;
            }
            SystemStatus status = SystemStatus.of(answer, board.now());
            System.out.print(output.isJson() ? status.json().toPrettyString() + "\n" : status.text());
            return status.isUp() ? 0 : BoardCommands.FAILED;
        } catch (AgentClient.Unreachable e) {
            SystemStatus status = SystemStatus.down(service.state().orElse("does not answer"));
            System.out.print(output.isJson() ? status.json().toPrettyString() + "\n" : status.text());
            Terminal.complain(e.getMessage());
            return BoardCommands.AGENT_DOWN;
        }
    }

    @Command(
            name = "restart",
            header = "Restarts the agent.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  sudo edge-agent system restart",
                "",
                "Exit codes: 0 done, 1 not restarted, or there is no systemd"
            })
    int restart() {
        return order("restart", "Restarted the service edge-agent.");
    }

    @Command(
            name = "stop",
            header = "Stops the agent until the next boot.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  sudo edge-agent system stop",
                "  sudo systemctl disable --now edge-agent     # for good",
                "",
                "Exit codes: 0 done, 1 not stopped, or there is no systemd"
            })
    int stop() {
        return order("stop", "Stopped the service edge-agent. Start it with: sudo edge-agent system restart");
    }

    private int order(String verb, String done) {
        Optional<Boolean> taken = service.order(verb);
        if (taken.isEmpty()) {
            Terminal.complain(NO_SYSTEMD + verb + " CONTAINER");
            return BoardCommands.FAILED;
        }
        if (!taken.get()) {
            Terminal.complain("systemd did not do it. Try: sudo systemctl " + verb + " edge-agent");
            return BoardCommands.FAILED;
        }
        System.out.println(done);
        return 0;
    }

    @Command(
            name = "reprovision",
            header = "Asks the provisioning service again who the device is.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  sudo edge-agent system reprovision",
                "",
                "What the service (DPS) said last counts until it has answered. If it names",
                "another hub or device, the agent goes on as that one.",
                "Exit codes: 0 done, 1 the service did not answer or refused,",
                "3 the agent does not answer"
            })
    int reprovision(@Mixin AgentOption agent) {
        return board.ask(agent, request("reprovision"), answer -> {
            System.out.println(Terminal.plain(answer.path("text").asText()));
            return 0;
        });
    }

    @Command(
            name = "set-log-level",
            header = "Changes how much the running agent logs.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  edge-agent system set-log-level debug",
                "  edge-agent system set-log-level info",
                "",
                "It counts until the agent ends or the deployment says another level. To keep",
                "it, set EDGE_AGENT_LOG in /etc/default/edge-agent.",
                "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the agent does not answer"
            })
    int setLogLevel(
            @Parameters(paramLabel = "LEVEL", description = "fatal, error, warn, info, debug or verbose") String text,
            @Mixin AgentOption agent) {
        Optional<LogLevel> level = LogLevel.of(text);
        if (level.isEmpty()) {
            Terminal.complain("there is no level " + text + "; there are " + LogLevel.NAMES);
            return BoardCommands.USAGE;
        }
        return board.ask(
                agent, request("set-log-level").put("level", level.get().text()), answer -> {
                    System.out.println("The agent logs at "
                            + Terminal.plain(answer.path("logLevel").asText()) + " now.");
                    return 0;
                });
    }

    private static ObjectNode request(String what) {
        return Json.MAPPER.createObjectNode().put("do", what);
    }

    /** For {@link SystemLogsCommand}. */
    int journal(List<String> options) {
        return service.journal(options).orElseGet(() -> {
            Terminal.complain(
                    "there is no journal here: the agent's log is where its standard output goes, in a container:"
                            + " docker logs CONTAINER. The last lines are in: edge-agent events");
            return BoardCommands.FAILED;
        });
    }
}
