package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.reconcile.LocalImage;
import java.util.HashSet;
import java.util.Set;

/** Reads images from the engine's answers. */
final class ImageDetails {
    /** What of a listed image is read. */
    static final Fields LISTED = Fields.of("Id", "RepoTags", "RepoDigests");

    private static final String NONE = "<none>";

    private ImageDetails() {}

    static LocalImage of(JsonNode listed) {
        Set<String> names = new HashSet<>();
        add(names, listed.path("RepoTags"));
        add(names, listed.path("RepoDigests"));
        return new LocalImage(id(listed.path("Id").asText("")), names);
    }

    /** Podman leaves the algorithm out here and there. */
    static String id(String text) {
        return text.contains(":") ? text : "sha256:" + text;
    }

    // older engines write <none>:<none> and <none>@<none> where there is no name, newer ones null or nothing
    private static void add(Set<String> names, JsonNode listed) {
        for (JsonNode name : listed) {
            if (!name.asText().contains(NONE)) {
                names.add(name.asText());
            }
        }
    }
}
