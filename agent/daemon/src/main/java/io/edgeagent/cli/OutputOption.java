package io.edgeagent.cli;

import picocli.CommandLine.Option;

/** Of commands whose answer a machine may read. */
final class OutputOption {
    @Option(
            names = {"--output", "-o"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "How it is written")
    private Output output = Output.text;

    boolean isJson() {
        return output == Output.json;
    }
}
