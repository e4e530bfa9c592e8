package io.edgeagent.assembly;

import io.edgeagent.adapter.docker.DockerLeftovers;
import io.edgeagent.cli.CleanCommand;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.model.Leftover;
import java.util.List;

/** The engine for {@code edge-agent clean}. */
record CleanEngine(DockerLeftovers engine) implements CleanCommand.Engine {
    /** The engine that the configuration names, which may lack everything else. */
    static CleanEngine open() {
        return new CleanEngine(new DockerLeftovers(AgentConfig.engine(AgentConfig.DEFAULT_FILE, System.getenv())));
    }

    @Override
    public List<Leftover> leftovers() {
        return engine.find();
    }

    @Override
    public List<String> runningAgents() {
        return engine.runningAgents();
    }

    @Override
    public void remove(Leftover leftover) {
        engine.remove(leftover);
    }

    @Override
    public void close() {
        engine.close();
    }
}
