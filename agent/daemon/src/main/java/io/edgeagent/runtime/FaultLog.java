package io.edgeagent.runtime;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exceptions of the loop that nobody foresaw: counted, said once each, and never followed by a busy loop. */
public final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private String last = "";
    private long count;
    private boolean inTrouble;

    public void happened(Throwable fault) {
        count++;
        inTrouble = true;
        if (!fault.toString().equals(last)) {
            last = fault.toString();
            LOG.error("event=conductor_failed total={}", count, fault);
        }
    }

    public void none() {
        inTrouble = false;
    }

    /** How long the loop waits at least. */
    public long pauseNanos() {
        return inTrouble ? PAUSE : 0;
    }
}
