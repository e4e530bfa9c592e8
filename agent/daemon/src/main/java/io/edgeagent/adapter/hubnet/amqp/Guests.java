package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubEntrance;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Who has shown on a connection who it is, and which of them have links. */
final class Guests {
    private static final int MOST = 100;
    private static final String TOO_MANY = "more than " + MOST + " identities on one connection";

    private final HubEntrance entrance;
    private final Map<ClientId, String> tokens = new HashMap<>();
    private final Map<ClientId, AmqpClient> clients = new HashMap<>();
    /** Those whose certificate counted. */
    private final Set<ClientId> certified = new HashSet<>();

    private final Supplier<List<X509Certificate>> chain;

    /** @param chain of certificates that the connection's other end presented in TLS; may be empty */
    Guests(HubEntrance entrance, Supplier<List<X509Certificate>> chain) {
        this.entrance = entrance;
        this.chain = chain;
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
        if (known() >= MOST && !tokens.containsKey(id)) {
            return Optional.of(TOO_MANY);
        }
        Optional<String> refusal = clients.containsKey(id)
                ? clients.get(id).session().renew(token)
                : entrance.refusal(id, new HubEntrance.Proof(token, List.of()));
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
        return tokens.size() + certified.size();
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
        if (token.isEmpty() && known() >= MOST && !certified.contains(id)) {
            return new Entry(Optional.empty(), true, TOO_MANY);
        }
        AmqpClient client = new AmqpClient(connection);
        // a device with a certificate shows no token; links say what a client wants, so nothing is kept of an earlier
        // connection
        HubEntrance.Proof proof = new HubEntrance.Proof(token.orElse(""), chain.get());
        HubEntrance.Admission admission = entrance.connect(id, proof, true, product, client);
        if (admission.session().isEmpty()) {
            return new Entry(
                    Optional.empty(),
                    admission.refusal() == HubEntrance.Refusal.NOT_AUTHORISED,
                    id + ": " + admission.reason());
        }
        client.admitted(admission.session().get());
        clients.put(id, client);
        if (token.isEmpty()) {
            certified.add(id);
        }
        return new Entry(Optional.of(client), true, "");
    }

    void left(AmqpClient client) {
        clients.values().remove(client);
    }

    List<AmqpClient> all() {
        return List.copyOf(clients.values());
    }
}
