package io.edgeagent.hub.topic;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who subscribed to what, by levels. Finding those of a topic costs what the topic's levels and the wildcards at them cost, not what
 * all subscriptions do.
 *
 * @param <S> a subscriber
 */
final class FilterTree<S> {
    private final Node<S> root = new Node<>();
    private long bytes;

    private static final class Node<S> {
        private final Map<String, Node<S>> below = new HashMap<>(2);
        private final Map<S, Integer> here = new LinkedHashMap<>(2);

        private boolean isEmpty() {
            return below.isEmpty() && here.isEmpty();
        }
    }

    void add(PlainFilter filter, S subscriber, int qos) {
        Node<S> node = root;
        for (String level : filter.levels()) {
            node = node.below.computeIfAbsent(level, name -> new Node<>());
        }
        if (node.here.put(subscriber, qos) == null) {
            bytes += filter.bytes();
        }
    }

    void remove(PlainFilter filter, S subscriber) {
        if (remove(root, filter.levels(), 0, subscriber)) {
            bytes -= filter.bytes();
        }
    }

    // as deep as a filter may be
    private static <S> boolean remove(Node<S> node, List<String> levels, int depth, S subscriber) {
        if (depth == levels.size()) {
            return node.here.remove(subscriber) != null;
        }
        Node<S> next = node.below.get(levels.get(depth));
        boolean removed = next != null && remove(next, levels, depth + 1, subscriber);
        if (removed && next.isEmpty()) {
            node.below.remove(levels.get(depth));
        }
        return removed;
    }

    /** About what all of it takes of the memory. */
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return root.isEmpty();
    }

    /** Each subscriber once, with the highest QoS of its filters that match. */
    Map<S, Integer> matching(String topic) {
        Map<S, Integer> found = new LinkedHashMap<>();
        collect(root, PlainFilter.levels(topic), 0, found);
        return found;
    }

    private static <S> void collect(Node<S> node, List<String> levels, int depth, Map<S, Integer> found) {
        boolean reserved = depth == 0 && levels.get(0).startsWith("$");
        Node<S> all = node.below.get(PlainFilter.ALL);
        if (all != null && !reserved) {
            all.here.forEach((subscriber, qos) -> found.merge(subscriber, qos, Math::max));
        }
        if (depth == levels.size()) {
            node.here.forEach((subscriber, qos) -> found.merge(subscriber, qos, Math::max));
            return;
        }
        Node<S> exact = node.below.get(levels.get(depth));
        if (exact != null) {
            collect(exact, levels, depth + 1, found);
        }
        Node<S> one = node.below.get(PlainFilter.ONE);
        if (one != null && !reserved) {
            collect(one, levels, depth + 1, found);
        }
    }
}
