package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.http.HttpCalls;
import io.edgeagent.adapter.hubnet.websocket.WebSocketDoor;
import io.edgeagent.hub.HubTrials;
import io.edgeagent.ops.Exposition;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of hub and agent where IoT Edge's are, on port 9600 of both names. Nothing is collected while nobody asks. Without TLS, so
 * it is for the modules' network and for loopback alone. For the hub's thread.
 */
final class FiguresHead implements HttpCalls.Figures {
    static final int PORT = 9600;

    private static final Logger LOG = LoggerFactory.getLogger(FiguresHead.class);

    private final EventLoop loop;
    private final Executor slow;
    private final HubTrials hub;
    private final Text text;

    /** Makes the text of the hub's series and of all others. Blocks for a moment; not for the hub's thread. */
    interface Text {
        /** @param hub as in {@link io.edgeagent.ops.HubOperations#routes} */
        String of(JsonNode hub);
    }

    FiguresHead(EventLoop loop, Executor slow, HubTrials hub, Text text) {
        this.loop = loop;
        this.slow = slow;
        this.hub = hub;
        this.text = text;
    }

    HubPorts.Head head() {
        return new HubPorts.Head(PORT, this::reader, Optional.of(new HubPorts.Plain(Optional.empty())));
    }

    private Wire.Reader reader() {
        return new WebSocketDoor(loop, Map.of(), first -> HttpCalls.metrics(loop, this, first));
    }

    @Override
    public String type() {
        return Exposition.CONTENT_TYPE;
    }

    @Override
    public void collect(Consumer<Optional<String>> answer) {
        JsonNode own = hub.routes().path("metrics");
        try {
            slow.execute(() -> {
                Optional<String> made = make(own);
                loop.execute(() -> answer.accept(made));
            });
        } catch (RejectedExecutionException e) {
            answer.accept(Optional.empty());
        }
    }

    private Optional<String> make(JsonNode own) {
        try {
            return Optional.of(text.of(own));
        } catch (RuntimeException e) {
            LOG.debug("event=no_figures reason=\"{}\"", e.toString());
            return Optional.empty();
        }
    }
}
