package io.edgeagent.cli;

import picocli.CommandLine.Option;

/** Of commands whose answer a machine may read. */
final class OutputOption {
    @Option(
            names = {"--output", "-o"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "The format of the output")
    private Output output = Output.text;

    boolean isJson() {
        return output == Output.json;
    }
}
