package io.edgeagent.ops;

import java.io.IOException;
import java.io.OutputStream;

/**
 * One file of a support bundle.
 *
 * @param name in the zip
 */
public record BundlePart(String name, Content content) {

    /** Writes the file as it is collected. */
    public interface Content {
        /** @throws io.edgeagent.model.ProblemException if it cannot be collected; what was written until then stays */
        void write(OutputStream out) throws IOException;
    }
}
