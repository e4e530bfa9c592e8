package io.edgeagent.hub.topic;

import java.util.List;

/**
 * What one client may. What is denied is denied, whatever is allowed; what is not allowed is denied too, except for connecting.
 *
 * @param mayConnect false if a statement denies it
 */
record Grants(
        boolean mayConnect,
        List<PlainFilter> publish,
        List<PlainFilter> noPublish,
        List<PlainFilter> subscribe,
        List<PlainFilter> noSubscribe) {
    static final Grants NONE = new Grants(true, List.of(), List.of(), List.of(), List.of());

    boolean mayPublish(String topic) {
        return any(publish, topic) && !any(noPublish, topic);
    }

    /** Whether one statement allows all that the filter means. What is denied of it is left out later, message by message. */
    boolean maySubscribe(PlainFilter filter) {
        return subscribe.stream().anyMatch(allowed -> allowed.covers(filter))
                && noSubscribe.stream().noneMatch(denied -> denied.covers(filter));
    }

    boolean mayReceive(String topic) {
        return any(subscribe, topic) && !any(noSubscribe, topic);
    }

    private static boolean any(List<PlainFilter> filters, String topic) {
        for (PlainFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }
}
