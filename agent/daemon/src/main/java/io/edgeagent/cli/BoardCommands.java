package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ProblemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** What commands about this board's modules have in common. They are useful with the agent down too. */
public final class BoardCommands {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int AGENT_DOWN = 3;

    private final Path defaultSocket;
    private final Supplier<ModuleContainers> engine;
    private final Clock clock;

    /** @param engine opens the engine that the settings name */
    public BoardCommands(Path socket, Supplier<ModuleContainers> engine, Clock clock) {
        this.defaultSocket = socket;
        this.engine = engine;
        this.clock = clock;
    }

    /** The commands themselves. */
    public Object[] commands() {
        return new Object[] {
            new ListCommand(this),
            new StatusCommand(this),
            new AgentTwinCommand(this),
            new AgentEventsCommand(this),
            new LogsCommand(this),
            new RestartCommand(this),
            new RoutesCommand(this),
            new HubCommand(this)
        };
    }

    Path socketOr(Optional<Path> given) {
        return given.orElse(defaultSocket);
    }

    ModuleContainers engine() {
        return engine.get();
    }

    Instant now() {
        return clock.instant();
    }

    /** What to tell somebody who means a part of the agent itself, which has no container. */
    static Optional<String> builtIn(String module) {
        return Set.of("edgeAgent", "edgeHub").contains(module)
                ? Optional.of("there is no container " + module
                        + ": it is built into edge-agent. Its log is in: journalctl -u"
                        + " edge-agent; restart it with: sudo systemctl restart edge-agent (modules keep running)")
                : Optional.empty();
    }

    /**
     * Asks the running agent.
     *
     * @param show what to do with a good answer; returns the exit code
     */
    int ask(AgentOption agent, ObjectNode request, ToIntFunction<JsonNode> show) {
        try {
            JsonNode answer = agent.client(this).ask(request);
            if (answer.has("error")) {
                Terminal.complain(answer.path("error").asText());
                return FAILED;
            }
            return show.applyAsInt(answer);
        } catch (AgentClient.Unreachable e) {
            Terminal.complain(e.getMessage());
            return AGENT_DOWN;
        }
    }

    interface Work {
        void on(ModuleContainers containers, ModuleContainers.Found found);
    }

    /** Does it with the one container of that module; the command's exit code. */
    int withContainer(String module, Work work) {
        Optional<String> reason = builtIn(module);
        if (reason.isPresent()) {
            Terminal.complain(reason.get());
            return FAILED;
        }
        try (ModuleContainers containers = engine()) {
            List<String> known = new ArrayList<>();
            List<ModuleContainers.Found> found = containers.find();
            found.forEach(container -> known.add(Terminal.plain(container.module())));
            List<ModuleContainers.Found> named = found.stream()
                    .filter(container -> container.module().equals(module))
                    .toList();
            if (named.size() == 1) {
                work.on(containers, named.get(0));
                return 0;
            }
            Terminal.complain(
                    named.isEmpty()
                            ? "there is no module " + Terminal.plain(module) + " on this board; there are: "
                                    + String.join(", ", known)
                            : "several agents on this engine have a module " + Terminal.plain(module) + ": use docker");
            return FAILED;
        } catch (ProblemException e) {
            Terminal.complain(e.problem().text());
            return FAILED;
        }
    }
}
