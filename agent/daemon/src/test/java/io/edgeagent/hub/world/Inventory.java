package io.edgeagent.hub.world;

import io.edgeagent.hub.MessageStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that a store holds, and whether it says so. */
final class Inventory {
    private Inventory() {}

    /** Copies by the queue that they wait in. */
    static Map<String, Set<Long>> of(MessageStore store) {
        Map<String, Set<Long>> found = new TreeMap<>();
        try {
            for (String queue : new ArrayList<>(store.queues())) {
                long after = -1;
                List<MessageStore.Entry> some = store.read(queue, after, 200, Integer.MAX_VALUE);
                long last = 0;
                Set<Long> copies = found.computeIfAbsent(queue, name -> new HashSet<>());
                while (!some.isEmpty()) {
                    for (MessageStore.Entry entry : some) {
                        long copy = Model.copy(entry.message());
                        if (copy <= last) {
                            throw new Model.Violation("order in the store: copy " + copy + " after " + last);
                        }
                        last = copy;
                        copies.add(copy);
                        after = entry.sequence();
                    }
                    some = store.read(queue, after, 200, Integer.MAX_VALUE);
                }
                if (copies.size() != store.depth(queue).messages()) {
                    throw new Model.Violation(
                            "the store says " + store.depth(queue).messages() + " messages and has " + copies.size());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
