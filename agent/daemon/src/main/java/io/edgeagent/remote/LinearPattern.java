package io.edgeagent.remote;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.edgeagent.model.Printable;

/**
 * A regular expression from outside. Its matching takes time in proportion to the text, and no stack: see RATIONALE. What it
 * becomes in memory is bounded too.
 */
final class LinearPattern {
    private static final int MOST_CHARACTERS = 512;

    private final Pattern pattern;

    private LinearPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads it.
     *
     * @param field where it stands, for the error
     * @throws IllegalArgumentException if it is not one, or would become too large
     */
    static LinearPattern of(String field, String text, boolean ignoreCase) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    field + " is longer than " + MOST_CHARACTERS + " characters: write a shorter expression");
        }
        if (PatternSize.isTooLarge(text)) {
            throw new IllegalArgumentException(
                    field + " repeats too much: write smaller numbers between { and }, or * and + instead");
        }
        try {
            return new LinearPattern(
                    Pattern.compile(text, ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.DOTALL : Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    field + " is not a regular expression that can be used here: " + e.getDescription() + " at \""
                            + Printable.of(String.valueOf(e.getPattern()), 40)
                            + "\"; (?=, (?!, (?< and \\1 are not supported",
                    e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(field + " is nested too deeply", e);
        }
    }

    /** Whether it matches somewhere in the text. */
    boolean isIn(String text) {
        return pattern.matcher(text).find();
    }
}
