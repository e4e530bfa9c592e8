package io.edgeagent.hub;

import io.edgeagent.hub.HubSession.Interest;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one client wants to be told of; on the disk before the client is told, so that it counts after a power cut. */
final class Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final String KIND = "subscriptions";

    private final HubDocuments documents;
    private final ClientId id;
    private final Set<Interest> interests = EnumSet.noneOf(Interest.class);

    /** Those that are on the disk. */
    Subscriptions(HubDocuments documents, ClientId id) {
        this.documents = documents;
        this.id = id;
        documents.read(KIND, id).ifPresent(this::restore);
    }

    private void restore(String text) {
        List<String> names = List.of(text.split(" ", -1));
        for (Interest interest : Interest.values()) {
            if (names.contains(interest.name())) {
                interests.add(interest);
            }
        }
    }

    boolean contains(Interest interest) {
        return interests.contains(interest);
    }

    boolean isEmpty() {
        return interests.isEmpty();
    }

    /** As they are now. */
    List<Interest> all() {
        return List.copyOf(interests);
    }

    /**
     * Changes one.
     *
     * @param lasting whether that counts for the next connection, and so is on the disk
     * @throws IOException if it cannot be written; then it is as it was
     */
    void set(Interest interest, boolean wanted, boolean lasting) throws IOException {
        boolean changed = wanted ? interests.add(interest) : interests.remove(interest);
        if (changed && lasting) {
            try {
                String names =
                        String.join(" ", interests.stream().map(Enum::name).toList());
                documents.write(KIND, id, names);
            } catch (IOException e) {
                // or the next one who asks would be told that it is on the disk
                if (wanted) {
                    interests.remove(interest);
                } else {
                    interests.add(interest);
                }
                throw e;
            }
        }
    }

    /** Those of a connection of which nothing is on the disk. */
    void forget() {
        interests.clear();
    }

    /** Nothing is wanted, and nothing stays on the disk. */
    void clear() {
        interests.clear();
        try {
            documents.delete(KIND, id);
        } catch (IOException e) {
            LOG.warn("event=subscriptions_not_deleted client={} reason=\"{}\"", id, e.getMessage());
        }
    }
}
