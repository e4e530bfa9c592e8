package io.edgeagent.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Lines with syslog's priority in front, {@code <4>}, which the journal takes off and keeps: sd-daemon(3). */
final class JournalLayout extends PatternLayout {
    private static final String VARIABLE = "JOURNAL_STREAM";

    /**
     * Whether a stream goes to the journal. Children inherit the variable, so it names the stream by device and inode.
     *
     * @param stream as /proc/self/fd/1
     */
    static boolean isJournal(Map<String, String> environment, Path stream) {
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

    @Override
    public String doLayout(ILoggingEvent event) {
        return "<" + priority(event.getLevel()) + ">" + super.doLayout(event);
    }

    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> 3;
            case Level.WARN_INT -> 4;
            case Level.INFO_INT -> 6;
            default -> 7;
        };
    }
}
