package io.edgeagent.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Standard output of a command. It remembers what a PrintStream keeps to itself, that a write failed, so that an answer which
 * was lost is never called a success. A reader that has read enough, as {@code head} does, is not a failure.
 */
final class StandardOutput extends OutputStream {
    private static final int FAILED = 1;
    private static final Path HERE = Path.of("/proc/self/fd/1");

    private final OutputStream to;
    private final boolean toReader;
    private Optional<IOException> failure = Optional.empty();

    /** @param toReader whether a program reads it, which may end at any time */
    StandardOutput(OutputStream to, boolean toReader) {
        this.to = to;
        this.toReader = toReader;
    }

    /** Puts itself in the place of {@code System.out}. */
    static StandardOutput take() {
        StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out), hasReader());
        Charset charset = Charset.forName(System.getProperty(
                "sun.stdout.encoding", Charset.defaultCharset().name()));
        System.setOut(new PrintStream(new BufferedOutputStream(output), true, charset));
        return output;
    }

    /** Whether standard output is a pipe or a socket. */
    static boolean hasReader() {
        try {
            return Files.readSymbolicLink(HERE).toString().matches("(pipe|socket):.*");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            to.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure.or(() -> Optional.of(e));
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    /**
     * The command's exit code, once all that it wrote has arrived.
     *
     * @param code that of the command itself
     */
    int end(int code) {
        System.out.flush();
        if (failure.isEmpty() || toReader) {
            return code;
        }
        Terminal.complain("the answer could not be written: " + failure.get().getMessage());
        return code == 0 ? FAILED : code;
    }
}
