package io.edgeagent.images;

import io.edgeagent.model.PulledImage;
import java.util.List;

/**
 * Keeps the list of the images that we pulled over a power cut. A save that returned is on the disk whole; one that failed with
 * {@link io.edgeagent.model.ProblemException} left the old state in place. Damaged state is set aside and read as absent.
 */
public interface PulledImageStore {
    List<PulledImage> pulledImages();

    void savePulledImages(List<PulledImage> images);
}
