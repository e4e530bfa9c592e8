package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;

/**
 * What became of messages since the hub started. A message that goes to two endpoints counts twice but in {@code received} and
 * {@code unrouted}. At any time: waiting at the start + routed = delivered + expired + dead letters + dropped + waiting. For the
 * hub's thread.
 */
final class Ledger {
    private final HubMetrics metrics;
    long received;
    long unrouted;
    long routed;
    /** The store could not take them. Their senders know. */
    long refused;

    long delivered;
    long expired;
    long deadLetters;
    /** Oldest ones that went because the disk's limit was reached. */
    long dropped;

    long waitingAtStart;

    Ledger(HubMetrics metrics) {
        this.metrics = metrics;
    }

    /** The module, or the cloud, has taken it. */
    void delivered(QueueName queue, MessageStore.Entry entry) {
        delivered++;
        Message message = entry.message();
        metrics.count(
                "messages_sent",
                "from",
                message.sender().toString(),
                "to",
                queue.input()
                        .map(to -> message.sender().device() + "/" + to.module())
                        .orElse("upstream"),
                "from_route_output",
                message.output().orElse(""),
                "to_route_input",
                queue.input().map(Endpoint.ModuleInput::input).orElse(""),
                "priority",
                Integer.toString(queue.priority()));
    }

    /** It has waited too long. */
    void expired(MessageStore.Entry entry) {
        expired++;
        Message message = entry.message();
        metrics.count(
                "messages_dropped",
                "reason",
                "ttl_expiry",
                "from",
                message.sender().toString(),
                "from_route_output",
                message.output().orElse(""));
    }

    /** What should wait now. */
    long waiting() {
        return waitingAtStart + routed - delivered - expired - deadLetters - dropped;
    }
}
