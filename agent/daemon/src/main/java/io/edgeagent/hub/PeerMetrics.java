package io.edgeagent.hub;

import io.edgeagent.runtime.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What is counted of one identity, and since when it waits for what. Times are those of {@link #now}. For the hub's thread. */
final class PeerMetrics {
    /** IoT Edge's code has the first name, its documentation the second: both are there. */
    static final Map<String, String> DOCUMENTED = Map.of(
            "edgehub_message_process_duration", "edgehub_message_process_duration_seconds",
            "edgehub_offline_duration", "edgehub_offline_duration_seconds");

    private final HubRuntime runtime;
    private final Metrics metrics;
    private final String id;
    private final Metrics.Kept<Optional<String>, Received> received;
    private OptionalLong offlineSince = OptionalLong.empty();
    private OptionalLong twinAskedAt = OptionalLong.empty();
    private OptionalLong reportSentAt = OptionalLong.empty();

    private record Received(Metrics.Counter messages, Metrics.Summary size) {}

    PeerMetrics(HubRuntime runtime, Metrics metrics, ClientId client) {
        this.runtime = runtime;
        this.metrics = metrics;
        this.id = client.toString();
        this.received = new Metrics.Kept<>(output -> new Received(
                metrics.counter("messages_received", "route_output", output.orElse(""), "id", id),
                metrics.summary("message_size_bytes", "id", id)));
    }

    long now() {
        return runtime.nanos();
    }

    /** The client has sent a message. */
    void received(Message message) {
        Received series = received.of(message.output());
        series.messages().add();
        series.size().add(message.size());
    }

    void disconnected() {
        metrics.count("client_disconnect", "id", id);
    }

    /** The client has asked for its twin. */
    void twinWanted() {
        metrics.count("gettwin", "source", "edge_hub", "id", id);
    }

    /** @param since when the client asked */
    void twinGiven(long since) {
        observe("gettwin_duration_seconds", since, "source", "edge_hub", "id", id);
    }

    /** The cloud is asked for the twin; what is asked meanwhile is answered with it. */
    void twinAsked() {
        if (twinAskedAt.isEmpty()) {
            twinAskedAt = OptionalLong.of(now());
        }
    }

    void twinCame() {
        metrics.count("gettwin", "source", "upstream", "id", id);
        twinAskedAt.ifPresent(since -> observe("gettwin_duration_seconds", since, "source", "upstream", "id", id));
        twinAskedAt = OptionalLong.empty();
    }

    /**
     * The client has reported, and has its answer.
     *
     * @param since when it did
     */
    void reported(long since) {
        metrics.count("reported_properties", "target", "edge_hub", "id", id);
        observe("reported_properties_update_duration_seconds", since, "target", "edge_hub", "id", id);
    }

    void reportSent() {
        reportSentAt = OptionalLong.of(now());
    }

    /** @param taken whether the cloud has it; false if it refused it */
    void reportAnswered(boolean taken) {
        if (taken) {
            metrics.count("reported_properties", "target", "upstream", "id", id);
        }
        reportSentAt.ifPresent(
                since -> observe("reported_properties_update_duration_seconds", since, "target", "upstream", "id", id));
        reportSentAt = OptionalLong.empty();
    }

    /** @param from who calls */
    void methodCalled(String from) {
        metrics.count("direct_methods", "from", from, "to", id);
    }

    void methodAnswered(String from, long since) {
        observe("direct_method_duration_seconds", since, "from", from, "to", id);
    }

    /** The link is down, or could not be made: once until it is up. */
    void offline() {
        if (offlineSince.isEmpty()) {
            metrics.count("offline_count", "id", id);
            offlineSince = OptionalLong.of(now());
        }
        forget();
    }

    void online() {
        offlineSince.ifPresent(since -> observe("offline_duration", since, "id", id));
        offlineSince = OptionalLong.empty();
    }

    /** Nobody needs the link now, so that it is not there counts as no outage. */
    void resting() {
        offlineSince = OptionalLong.empty();
        forget();
    }

    private void forget() {
        twinAskedAt = OptionalLong.empty();
        reportSentAt = OptionalLong.empty();
    }

    private void observe(String name, long since, String... labels) {
        metrics.observe(name, Duration.ofNanos(now() - since), labels);
    }
}
