package io.edgeagent.samples.led;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The words that FastAPI (pydantic 1) takes for a bool, in upper or lower case. */
final class PythonBool {
    private static final Set<String> TRUE = Set.of("true", "1", "on", "t", "yes", "y");
    private static final Set<String> FALSE = Set.of("false", "0", "off", "f", "no", "n");

    private PythonBool() {}

    static Optional<Boolean> parse(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (TRUE.contains(lower)) {
            return Optional.of(true);
        }
        return FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
    }
}
