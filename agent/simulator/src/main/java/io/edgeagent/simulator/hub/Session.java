package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the hub remembers of an MQTT client that connects with clean session 0. The Java SDK does not subscribe again after a
 * reconnect, so this outlives connections and restarts.
 */
final class Session {
    private final Map<String, Integer> subscriptions = new LinkedHashMap<>();
    private boolean persistent;

    static Session fromState(JsonNode state) {
        Session session = new Session();
        session.persistent = state.isObject();
        state.properties()
                .forEach(filter -> session.subscriptions.put(
                        filter.getKey(), filter.getValue().asInt()));
        return session;
    }

    /** Empty where there is nothing to remember. */
    Optional<ObjectNode> toState() {
        if (!persistent) {
            return Optional.empty();
        }
        ObjectNode state = HubJson.object();
        subscriptions.forEach(state::put);
        return Optional.of(state);
    }

    /** Starts a connection. Returns whether an earlier session goes on. */
    boolean start(boolean clean) {
        boolean present = persistent && !clean;
        if (!present) {
            subscriptions.clear();
        }
        persistent = !clean;
        return present;
    }

    void subscribe(String filter, int qos) {
        subscriptions.put(filter, qos);
    }

    void unsubscribe(String filter) {
        subscriptions.remove(filter);
    }

    /** Forgets subscriptions that were made for one connection only. */
    void end() {
        if (!persistent) {
            subscriptions.clear();
        }
    }

    /** The QoS that the client subscribed the topic with; empty where it has not. */
    Optional<Integer> qos(String topic) {
        return subscriptions.entrySet().stream()
                .filter(entry -> TopicFilter.matches(entry.getKey(), topic))
                .map(Map.Entry::getValue)
                .max(Integer::compare);
    }
}
