package io.edgeagent.check;

import java.time.Duration;

/**
 * One question about the board.
 *
 * @param id names it in {@code --dont-run} and in JSON; IoT Edge's own id where it asks the same
 * @param section of the output, where it stands with others of its kind
 * @param description says what is so when all is well
 * @param limit how long the answer may take; after that the check has failed
 */
public record Check(String id, String section, String description, Duration limit, Question question) {
    private static final Duration USUAL = Duration.ofSeconds(20);

    /** With the usual limit of 20 seconds. */
    Check(String id, String section, String description, Question question) {
        this(id, section, description, USUAL, question);
    }

    /** Finds the answer. May block. */
    public interface Question {
        /**
         * @throws io.edgeagent.model.ProblemException which counts as an error of this check
         * @throws CannotAsk if another check says why there is no answer
         */
        Verdict ask() throws CannotAsk;
    }
}
