package io.edgeagent.ops;

import java.io.IOException;
import java.io.OutputStream;

/** What a person needs who cannot come to the board: a zip of logs and of what the agent knows, without secrets. */
public interface SupportBundle {

    /**
     * Writes the zip as it is collected: nothing of it is kept in memory or on the disk. Blocks for as long as that takes; any thread.
     *
     * @param out not closed; a failure of it ends the bundle
     * @throws IOException if it cannot be written; what cannot be collected is said in the bundle itself
     */
    void write(OutputStream out, BundleRequest request) throws IOException;
}
