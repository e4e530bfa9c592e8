package io.edgeagent.cli;

/** How answers are written. */
enum Output {
    text,
    json
}
