package io.edgeagent.model;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image that was not on the board before we pulled it.
 *
 * @param id content id, sha256:...
 * @param names under which we pulled it; another image may have taken one of them since
 * @param unusedFor how long no container has used it and no deployment named it, while the agent ran; empty while it is needed
 */
public record PulledImage(String id, Set<String> names, Optional<Duration> unusedFor) {
    public PulledImage {
        names = Collections.unmodifiableSet(new TreeSet<>(names));
    }

    /** The image after another pull under this name. */
    public PulledImage pulledAs(String name) {
        Set<String> all = new TreeSet<>(names);
        all.add(name);
        return new PulledImage(id, all, Optional.empty());
    }

    /** The image after so much more time; the clock starts when it is first seen unused. */
    public PulledImage seen(boolean needed, Duration elapsed) {
        return new PulledImage(
                id,
                names,
                needed
                        ? Optional.empty()
                        : Optional.of(
                                unusedFor.map(before -> before.plus(elapsed)).orElse(Duration.ZERO)));
    }
}
