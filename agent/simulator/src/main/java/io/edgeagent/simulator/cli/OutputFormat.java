package io.edgeagent.simulator.cli;

/** Spelled as on the command line. */
enum OutputFormat {
    table,
    json
}
