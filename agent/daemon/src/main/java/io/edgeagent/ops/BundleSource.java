package io.edgeagent.ops;

import java.util.List;

/** Something that a support bundle tells of. */
public interface BundleSource {

    /**
     * Its files, which are collected only when they are written.
     *
     * @throws io.edgeagent.model.ProblemException if not even their names are known
     */
    List<BundlePart> parts(BundleRequest request);
}
