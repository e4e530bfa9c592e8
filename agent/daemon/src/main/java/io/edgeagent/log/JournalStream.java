package io.edgeagent.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the journal listens: systemd.exec(5), JOURNAL_STREAM. */
final class JournalStream {
    private static final String VARIABLE = "JOURNAL_STREAM";

    private JournalStream() {}

    /**
     * Whether a stream goes to the journal. Children inherit the variable, so it names the stream by device and inode.
     *
     * @param stream as /proc/self/fd/1
     */
    static boolean is(Map<String, String> environment, Path stream) {
        String journal = environment.getOrDefault(VARIABLE, "");
        if (journal.isEmpty()) {
            return false;
        }
        try {
            return journal.equals(
                    Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // no Linux, or the stream is closed
            return false;
        }
    }
}
