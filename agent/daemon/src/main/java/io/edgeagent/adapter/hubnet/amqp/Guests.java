package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubEntrance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who has shown on a connection who it is, and which of them have links. */
final class Guests {
    private static final int MOST = 100;

    private final HubEntrance entrance;
    private final Map<ClientId, String> tokens = new HashMap<>();
    private final Map<ClientId, AmqpClient> clients = new HashMap<>();

    Guests(HubEntrance entrance) {
        this.entrance = entrance;
    }

    /**
     * What came of an identity's first link.
     *
     * @param available false if it may try again later
     * @param reason why not, for the log and the client
     */
    record Entry(Optional<AmqpClient> client, boolean available, String reason) {}

    /** Shows a token. One that is there already goes on with the new one. @return why it does not count; empty if it does */
    Optional<String> show(ClientId id, String token) {
        if (tokens.size() >= MOST && !tokens.containsKey(id)) {
            return Optional.of("more than " + MOST + " identities on one connection");
        }
        Optional<String> refusal =
                clients.containsKey(id) ? clients.get(id).session().renew(token) : entrance.refusal(id, token);
        if (refusal.isEmpty()) {
            tokens.put(id, token);
            clients.forEach((guest, client) -> {
                if (guest.module().isPresent() && shownFor(guest).equals(Optional.of(token))) {
                    client.session().renew(token);
                }
            });
        }
        return refusal;
    }

    /** A device may speak for its modules (hub contract 3.2). */
    private Optional<String> shownFor(ClientId id) {
        return Optional.ofNullable(tokens.get(id))
                .or(() -> Optional.ofNullable(tokens.get(ClientId.leaf(id.device()))));
    }

    /** So many have shown who they are. */
    int known() {
        return tokens.size();
    }

    /** So many are there. */
    int present() {
        return clients.size();
    }

    /** The client of an identity; it enters now if it has not before. */
    Entry enter(ClientId id, String product, AmqpConnection connection) {
        if (clients.containsKey(id)) {
            return new Entry(Optional.of(clients.get(id)), true, "");
        }
        Optional<String> token = shownFor(id);
        if (token.isEmpty()) {
            return new Entry(Optional.empty(), true, "no token of " + id + " was shown");
        }
        AmqpClient client = new AmqpClient(connection);
        // links say what a client wants, so nothing is kept of an earlier connection
        HubEntrance.Admission admission = entrance.connect(id, token.get(), true, product, client);
        if (admission.session().isEmpty()) {
            return new Entry(
                    Optional.empty(),
                    admission.refusal() == HubEntrance.Refusal.NOT_AUTHORISED,
                    id + ": " + admission.reason());
        }
        client.admitted(admission.session().get());
        clients.put(id, client);
        return new Entry(Optional.of(client), true, "");
    }

    void left(AmqpClient client) {
        clients.values().remove(client);
    }

    List<AmqpClient> all() {
        return List.copyOf(clients.values());
    }
}
