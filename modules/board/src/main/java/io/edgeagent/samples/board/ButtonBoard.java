package io.edgeagent.samples.board;

import java.io.Closeable;
import java.io.IOException;

/** A push button and an LED, whatever they are wired to. */
public interface ButtonBoard extends Closeable {
    boolean isPressed() throws IOException;

    void light(boolean on) throws IOException;

    boolean isLit() throws IOException;
}
