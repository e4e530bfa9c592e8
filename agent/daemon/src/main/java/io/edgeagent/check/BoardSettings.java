package io.edgeagent.check;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.config.Findings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's settings, read once.
 *
 * @param file that they are in; a container may have them all in its environment
 * @param errors each keeps the agent from starting
 * @param config empty if there are errors
 */
public record BoardSettings(Path file, List<String> errors, List<String> warnings, Optional<AgentConfig> config) {

    /**
     * @param state overrides the state folder
     * @param environment of the process
     */
    public static BoardSettings read(Path file, Optional<Path> state, Map<String, String> environment) {
        List<String> warnings = List.of();
        if (Files.exists(file)) {
            Findings findings = AgentConfig.check(file, environment);
            warnings = findings.warnings();
            if (!findings.errors().isEmpty()) {
                return new BoardSettings(file, findings.errors(), warnings, loaded(file, state, environment));
            }
        }
        try {
            return new BoardSettings(
                    file, List.of(), warnings, Optional.of(AgentConfig.load(file, state, environment)));
        } catch (ConfigException e) {
            return new BoardSettings(file, List.of(e.getMessage()), warnings, Optional.empty());
        }
    }

    /** What is wrong may be a certificate's life, which keeps no agent from starting. */
    private static Optional<AgentConfig> loaded(Path file, Optional<Path> state, Map<String, String> environment) {
        try {
            return Optional.of(AgentConfig.load(file, state, environment));
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    AgentConfig require() throws CannotAsk {
        return config.orElseThrow(() -> new CannotAsk("the settings cannot be used"));
    }
}
