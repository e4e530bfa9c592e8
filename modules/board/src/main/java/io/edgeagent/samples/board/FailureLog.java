package io.edgeagent.samples.board;

import java.util.HashSet;
import java.util.Set;

/** Logs what fails every second once: each distinct reason on its first appearance, then the recovery. */
public final class FailureLog {
    /** A reason with, say, a counter in it must not fill the memory. */
    private static final int MOST_REASONS = 16;

    private final EventLog log;
    private final String subject;
    private final Set<String> reasons = new HashSet<>();
    private long count;

    public FailureLog(EventLog log, String subject) {
        this.log = log;
        this.subject = subject;
    }

    public synchronized void failed(String reason) {
        count++;
        if (reasons.size() < MOST_REASONS && reasons.add(reason)) {
            log.warn(subject + ": " + reason);
        }
    }

    public synchronized void recovered() {
        if (count > 0) {
            log.info(subject + ": works again, failures: " + count);
            count = 0;
            reasons.clear();
        }
    }
}
