package io.edgeagent.simulator.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder through which commands find the simulator. */
public final class StateOption {
    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            defaultValue = "${env:EDGE_SIM_STATE}",
            description = "State folder of the simulator (default: the environment's EDGE_SIM_STATE)")
    private Path folder;

    public Path folder() {
        return folder.toAbsolutePath().normalize();
    }
}
