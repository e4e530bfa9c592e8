package io.edgeagent.cli;

import java.io.IOException;
import java.util.Optional;

/**
 * Notices that the program behind our pipe has ended while nothing is written to it. Java cannot poll(2) a pipe; {@code tail -f}
 * of coreutils does, and ends by SIGPIPE when the reader of its output, which is ours, has gone.
 */
final class ReaderWatch implements AutoCloseable {
    private static final int BY_SIGPIPE = 128 + 13;

    /** Watches nothing. */
    static final ReaderWatch NONE = new ReaderWatch(Optional.empty());

    private final Optional<Process> tail;

    /** @param gone called once, on a thread of the watch's own; never where standard output is no pipe, or tail is missing */
    static ReaderWatch start(Runnable gone) {
        return StandardOutput.hasReader()
                ? start(gone, "tail", "--pid=" + ProcessHandle.current().pid(), "-f", "/dev/null")
                : NONE;
    }

    static ReaderWatch start(Runnable gone, String... program) {
        try {
            Process tail = new ProcessBuilder(program)
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var unused = tail.onExit().thenAccept(ended -> {
                if (ended.exitValue() == BY_SIGPIPE) {
                    gone.run();
                }
            });
            return new ReaderWatch(Optional.of(tail));
        } catch (IOException e) {
            // a write will tell, later
            return NONE;
        }
    }

    private ReaderWatch(Optional<Process> tail) {
        this.tail = tail;
    }

    @Override
    public void close() {
        tail.ifPresent(Process::destroy);
    }
}
