package io.edgeagent.hub;

import java.util.Map;

/**
 * How the hub does, since it started. A message to two endpoints counts once in {@code received}, twice from {@code routed} on.
 *
 * @param unrouted matched no route
 * @param refused could not be stored: the disk failed, or the store was full. Their senders know
 * @param dropped went to make room for newer ones
 * @param waiting by the counters; the sum of the queues must be the same
 * @param clients that were seen, and whether they are connected
 * @param queues by their names for a person
 * @param matched messages by route
 */
public record HubFigures(
        long received,
        long unrouted,
        long refused,
        long routed,
        long delivered,
        long expired,
        long deadLetters,
        long dropped,
        long waiting,
        Map<ClientId, Boolean> clients,
        Map<String, MessageStore.Depth> queues,
        Map<String, Long> matched,
        long diskBytes,
        long diskLimit) {
    public HubFigures {
        clients = Map.copyOf(clients);
        queues = Map.copyOf(queues);
        matched = Map.copyOf(matched);
    }
}
