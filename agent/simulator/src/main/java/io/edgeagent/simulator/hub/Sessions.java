package io.edgeagent.simulator.hub;

import java.time.InstantSource;
import java.util.Optional;

/** Connections and what the hub remembers between them. */
public final class Sessions {
    private final Registry registry;
    private final MethodCalls methods;
    private final CloudMessages cloudMessages;
    private final InstantSource clock;

    Sessions(Registry registry, MethodCalls methods, CloudMessages cloudMessages, InstantSource clock) {
        this.registry = registry;
        this.methods = methods;
        this.cloudMessages = cloudMessages;
        this.clock = clock;
    }

    /**
     * Takes over the identity; its old connection, if there is one, is dropped.
     *
     * @param modelId the model that the client announces, empty for none
     * @return whether an old session goes on
     */
    public boolean connect(Identity identity, ClientConnection connection, boolean clean, String modelId) {
        identity.connection().ifPresent(old -> old.close("the same client connected again"));
        identity.connect(connection, clock.instant());
        boolean present = identity.session().start(clean);
        if (identity.announceModel(modelId) || !present) {
            registry.save(identity);
        }
        return present;
    }

    /** Sends what waited for the client, as far as it has subscribed to it. */
    public void resume(Identity identity) {
        methods.onReady(identity);
        cloudMessages.deliver(identity);
    }

    /** Does nothing for a connection that another one has replaced. */
    public void disconnect(Identity identity, ClientConnection connection) {
        methods.onDisconnected(connection);
        identity.disconnect(connection, clock.instant());
    }

    public void subscribe(Identity identity, String filter, int qos) {
        if (!identity.session().qos(filter).equals(Optional.of(qos))) {
            identity.session().subscribe(filter, qos);
            registry.save(identity);
        }
    }

    public void unsubscribe(Identity identity, String filter) {
        identity.session().unsubscribe(filter);
        registry.save(identity);
    }

    /** The QoS that the client asked for a topic. */
    public int qos(Identity identity, String topic) {
        return identity.session().qos(topic).orElse(0);
    }
}
