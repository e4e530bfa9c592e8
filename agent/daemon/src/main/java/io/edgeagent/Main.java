package io.edgeagent;

import io.edgeagent.assembly.Commands;

/** Where the process starts. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Commands.run(args));
    }
}
