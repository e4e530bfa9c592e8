package io.edgeagent.reconcile;

import io.edgeagent.model.PulledImage;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which images go: those that we pulled, that no container of anybody uses, that the deployment does not name, and that nobody
 * gave a name of their own. They go when they have been unused for the age, or all of them, longest unused first, when the disk
 * is short. Ages are times that the agent saw pass on the monotonic clock, because boards boot in 1970.
 *
 * @param enabled false: nothing is ever removed
 * @param age how long an image may be unused
 */
public record ImageCleanup(boolean enabled, Duration age) {
    public static final ImageCleanup DEFAULT = new ImageCleanup(true, Duration.ofDays(7));

    /**
     * Takes note of how long each image has been unused. Images that left the board are forgotten.
     *
     * @param needed ids of images that a container uses or that the deployment names
     * @param elapsed since the look before this one
     */
    public List<PulledImage> observe(
            Collection<PulledImage> ours, Collection<LocalImage> onBoard, Set<String> needed, Duration elapsed) {
        Set<String> present = onBoard.stream().map(LocalImage::id).collect(Collectors.toSet());
        return ours.stream()
                .filter(image -> present.contains(image.id()))
                .map(image -> image.seen(needed.contains(image.id()), elapsed))
                .toList();
    }

    /** What may go now, in this order, of the images as they were observed. */
    public List<LocalImage> removable(
            Collection<PulledImage> observed, Collection<LocalImage> onBoard, boolean diskShort) {
        Map<String, LocalImage> present =
                onBoard.stream().collect(Collectors.toMap(LocalImage::id, Function.identity(), (one, same) -> one));
        return observed.stream()
                .filter(image -> enabled && present.containsKey(image.id()))
                .filter(image -> image.unusedFor()
                        .filter(unused -> diskShort || unused.compareTo(age) >= 0)
                        .isPresent())
                .filter(image -> present.get(image.id()).isNamedOnlyAs(image))
                .sorted(Comparator.comparing(
                                (PulledImage image) -> image.unusedFor().orElseThrow())
                        .reversed()
                        .thenComparing(PulledImage::id))
                .map(image -> present.get(image.id()))
                .toList();
    }
}
