package io.edgeagent.samples.temperature;

import java.io.InterruptedIOException;

/** The time that a sensor needs. */
final class Pause {
    private Pause() {}

    static void millis(int millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the module is stopping");
        }
    }
}
