package io.edgeagent.assembly;

import io.edgeagent.adapter.docker.DockerModules;
import io.edgeagent.cli.ModuleContainers;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The engine for {@code edge-agent logs}, and for {@code list} and {@code restart} without the agent. */
record BoardEngine(DockerModules engine) implements ModuleContainers {
    /** The engine that the settings name, which may lack everything else. */
    static BoardEngine open() {
        try {
            return new BoardEngine(new DockerModules(AgentConfig.engine(AgentConfig.DEFAULT_FILE, System.getenv())));
        } catch (ConfigException e) {
            throw new ProblemException(ErrorCode.ENGINE_UNREACHABLE, e.getMessage());
        }
    }

    @Override
    public List<Found> find() {
        return engine.find().stream()
                .map(found -> new Found(found.module(), found.id(), found.image(), found.status(), found.running()))
                .sorted(Comparator.comparing(Found::module))
                .toList();
    }

    @Override
    public void restart(String id) {
        engine.restart(id);
    }

    @Override
    public void logs(
            String id,
            Optional<Integer> tail,
            Optional<Instant> since,
            Optional<Instant> until,
            boolean follow,
            OutputStream out,
            OutputStream err) {
        engine.logs(id, tail, since, until, follow, out, err);
    }

    @Override
    public void close() {
        engine.close();
    }
}
