package io.edgeagent.hub;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Small texts that must survive: subscriptions and twins, one a client and kind. For the hub's thread. */
public interface HubDocuments {
    /** @return empty also where it cannot be read, which was logged; it is kept, and tried again when the hub starts again */
    Optional<String> read(String kind, ClientId id);

    /** Whose documents of this kind there are. */
    Set<ClientId> clients(String kind);

    /** Writes it durably. @throws IOException if it is not on the disk then; the old one is */
    void write(String kind, ClientId id, String text) throws IOException;

    void delete(String kind, ClientId id) throws IOException;
}
