package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;
import io.edgeagent.runtime.Metrics;
import java.util.Optional;

/** What is counted of one queue's messages, by who sent them. For the hub's thread. */
final class QueueMetrics {
    /** As edgeHub spells them: the blank in front is its own. */
    private static final String TO_MODULE = " SendMessageToModule";

    private static final String TO_CLOUD = " SendMessageToCloud";

    private final HubRuntime runtime;
    private final Metrics metrics;
    private final QueueName queue;
    private final Metrics.Kept<ClientId, Metrics.Kept<Optional<String>, Delivered>> delivered =
            new Metrics.Kept<>(sender -> new Metrics.Kept<>(output -> find(sender, output)));

    /**
     * The series of one output.
     *
     * @param send from handing it to the connection to its acknowledgement
     * @param process from reading it from the store to its acknowledgement
     */
    private record Delivered(Metrics.Counter sent, Metrics.Summary send, Metrics.Summary process) {}

    QueueMetrics(HubRuntime runtime, Metrics metrics, QueueName queue) {
        this.runtime = runtime;
        this.metrics = metrics;
        this.queue = queue;
    }

    private Delivered find(ClientId sender, Optional<String> output) {
        String from = sender.toString();
        String to = queue.input().map(in -> sender.device() + "/" + in.module()).orElse("upstream");
        String fromOutput = output.orElse("");
        String toInput = queue.input().map(Endpoint.ModuleInput::input).orElse("");
        String priority = Integer.toString(queue.priority());
        String[] way = {"from", from, "to", to, "from_route_output", fromOutput, "to_route_input", toInput};
        return new Delivered(
                metrics.counter(
                        "messages_sent",
                        "from",
                        from,
                        "to",
                        to,
                        "from_route_output",
                        fromOutput,
                        "to_route_input",
                        toInput,
                        "priority",
                        priority),
                metrics.summary("message_send_duration_seconds", way),
                metrics.summary("message_process_duration", "from", from, "to", to, "priority", priority));
    }

    long now() {
        return runtime.nanos();
    }

    /**
     * The module, or the cloud, has taken it.
     *
     * @param readAt when it was read from the store, by {@link #now}
     * @param begunAt when it was handed to the connection
     */
    void delivered(Message message, long readAt, long begunAt) {
        Delivered series = delivered.of(message.sender()).of(message.output());
        long now = now();
        series.sent().add();
        series.send().addNanos(now - begunAt);
        series.process().addNanos(now - readAt);
    }

    /** It was handed to a connection before, and nobody has acknowledged it. */
    void again(Message message) {
        String id = queue.input()
                .map(to -> message.sender().device() + "/" + to.module())
                .orElseGet(() -> message.sender().toString());
        metrics.count("operation_retry", "id", id, "operation", queue.input().isPresent() ? TO_MODULE : TO_CLOUD);
    }

    /** It has waited too long. */
    void expired(Message message) {
        metrics.count(
                "messages_dropped",
                "reason",
                "ttl_expiry",
                "from",
                message.sender().toString(),
                "from_route_output",
                message.output().orElse(""));
    }
}
