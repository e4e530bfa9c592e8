package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.model.Image;
import io.edgeagent.reconcile.LocalImage;
import java.util.HashSet;
import java.util.Set;

/** Reads images from the engine's answers. */
final class ImageDetails {
    private static final String NONE = "<none>";

    private ImageDetails() {}

    static LocalImage of(Image listed) {
        Set<String> names = new HashSet<>();
        add(names, listed.getRepoTags());
        add(names, listed.getRepoDigests());
        return new LocalImage(id(listed.getId()), names);
    }

    /** Podman leaves the algorithm out here and there. */
    static String id(String text) {
        String id = String.valueOf(text);
        return id.contains(":") ? id : "sha256:" + id;
    }

    // older engines write <none>:<none> and <none>@<none> where there is no name, newer ones null or nothing
    private static void add(Set<String> names, String[] listed) {
        if (listed != null) {
            for (String name : listed) {
                if (!name.contains(NONE)) {
                    names.add(name);
                }
            }
        }
    }
}
