package io.edgeagent.model;

import java.util.Locale;
import java.util.Optional;

/** How much the agent logs, from the least to the most, in the words of IoT Edge. The agent itself logs nothing at {@code FATAL}. */
public enum LogLevel {
    FATAL,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    VERBOSE;

    /** What to write, for texts of errors. */
    public static final String NAMES = "fatal, error, warn, info, debug or verbose";

    /** In whatever letters; also {@code warning}, {@code information} and {@code trace}. Empty if there is no such level. */
    public static Optional<LogLevel> of(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "fatal" -> Optional.of(FATAL);
            case "error" -> Optional.of(ERROR);
            case "warn", "warning" -> Optional.of(WARN);
            case "info", "information" -> Optional.of(INFO);
            case "debug" -> Optional.of(DEBUG);
            case "verbose", "trace" -> Optional.of(VERBOSE);
            default -> Optional.empty();
        };
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
