package io.edgeagent.samples.temperature;

import java.io.Closeable;
import java.io.IOException;

/** A sensor that answers when asked. Not safe for several threads. */
interface Sensor extends Closeable {
    /** Measures, which takes some milliseconds. */
    Reading read() throws IOException;

    /** Puts the sensor back into the state after power-up. */
    void reset() throws IOException;
}
