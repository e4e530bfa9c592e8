package io.edgeagent.check;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer to a check.
 *
 * @param text what is wrong; empty if nothing is
 * @param fix the command that helps, or what to do
 * @param details for who wants to know more
 */
public record Verdict(Level level, String text, Optional<String> fix, List<String> details) {

    /** How bad it is. */
    public enum Level {
        OK,
        WARNING,
        ERROR,
        /** There is no answer, because of what another check found. */
        SKIPPED,
        /** There is nothing to ask on this board. */
        IGNORED
    }

    public Verdict {
        details = List.copyOf(details);
    }

    static Verdict ok(String... details) {
        return new Verdict(Level.OK, "", Optional.empty(), List.of(details));
    }

    static Verdict warning(String text, String fix) {
        return new Verdict(Level.WARNING, text, Optional.of(fix), List.of());
    }

    static Verdict error(String text, String fix) {
        return new Verdict(Level.ERROR, text, Optional.of(fix), List.of());
    }

    /** For texts that say themselves what to do. */
    static Verdict error(String text) {
        return new Verdict(Level.ERROR, text, Optional.empty(), List.of());
    }

    static Verdict skipped(String reason) {
        return new Verdict(Level.SKIPPED, reason, Optional.empty(), List.of());
    }

    static Verdict ignored(String reason) {
        return new Verdict(Level.IGNORED, reason, Optional.empty(), List.of());
    }

    Verdict with(List<String> more) {
        return new Verdict(
                level, text, fix, Stream.concat(details.stream(), more.stream()).toList());
    }
}
