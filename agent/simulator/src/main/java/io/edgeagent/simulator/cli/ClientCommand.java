package io.edgeagent.simulator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.simulator.hub.HubJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What client commands share. */
@Command(mixinStandardHelpOptions = true)
abstract class ClientCommand implements Callable<Integer> {
    static final String EXAMPLES = "%nExamples:%n";
    static final String MODULE_OR_DEVICE = "Module id, or - for the device itself";

    @Mixin
    private StateOption state;

    @Spec
    private CommandSpec spec;

    abstract void run(ServiceClient hub) throws IOException;

    @Override
    public Integer call() throws IOException {
        run(new ServiceClient(state.folder()));
        out().flush();
        return 0;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    ParameterException wrongUsage(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    void print(JsonNode json) {
        out().println(HubJson.pretty(json));
    }

    /** JSON from the command line, or from the file after an '@'. */
    JsonNode json(String text) throws IOException {
        byte[] bytes = text.startsWith("@")
                ? Files.readAllBytes(Path.of(text.substring(1)))
                : text.getBytes(StandardCharsets.UTF_8);
        try {
            return HubJson.parse(bytes);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "no JSON: " + e.getMessage(), e);
        }
    }

    static String twinPath(String device, String module) {
        return module.equals("-") ? HubPaths.twin(device) : HubPaths.moduleTwin(device, module);
    }
}
