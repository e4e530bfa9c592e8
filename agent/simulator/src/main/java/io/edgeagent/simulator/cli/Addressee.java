package io.edgeagent.simulator.cli;

import io.edgeagent.protocol.HubPaths;
import picocli.CommandLine.Parameters;

/** A device, or one of its modules, as the first words after a command. */
final class Addressee {
    @Parameters(index = "0", paramLabel = "ID", description = "Device id")
    private String device;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "MODULE",
            defaultValue = "-",
            description = ClientCommand.MODULE_OR_DEVICE + " (default)")
    private String module;

    String device() {
        return device;
    }

    String module() {
        return module;
    }

    boolean isDevice() {
        return module.equals("-");
    }

    /** Of its entry in the registry. */
    String path() {
        return isDevice() ? HubPaths.device(device) : HubPaths.module(device, module);
    }

    @Override
    public String toString() {
        return isDevice() ? device : device + "/" + module;
    }
}
