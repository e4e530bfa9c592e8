package io.edgeagent.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a thread ends by an exception that nobody caught: the process ends. A service manager starts it again, and
 * modules go on meanwhile. An agent with a thread missing looks alive and does nothing.
 */
public final class FatalErrors {
    /** sysexits.h, EX_SOFTWARE. */
    public static final int EXIT_CODE = 70;

    private static final Logger LOG = LoggerFactory.getLogger(FatalErrors.class);

    private FatalErrors() {}

    /** From now on an exception that ends a thread ends the process. */
    public static void endTheProcess() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            try {
                LOG.error(
                        "event=thread_died thread={} reason=\"the agent ends, to be started again\"",
                        thread.getName(),
                        thrown);
            } finally {
                // no shutdown hooks: what they wait for may be the thread that died
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        });
    }
}
