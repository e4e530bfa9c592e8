package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.http.HttpCalls;
import io.edgeagent.adapter.hubnet.websocket.WebSocketDoor;
import io.edgeagent.ops.Exposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final Executor collector;
    private final Supplier<JsonNode> hub;
    private final Text text;
    /** Who asked since the collection began that is under way: they share its text. */
    private final List<Consumer<Optional<String>>> waiting = new ArrayList<>();

    /** Makes the text of the hub's series and of all others. Blocks for a moment; not for the hub's thread. */
    interface Text {
        /** @param hub as in {@link io.edgeagent.ops.HubOperations#routes} */
        String of(JsonNode hub);
    }

    /**
     * @param collector may be blocked for half a minute; not the thread that makes handshakes
     * @param hub its series, as in {@link io.edgeagent.ops.HubOperations#routes}
     */
    FiguresHead(EventLoop loop, Executor collector, Supplier<JsonNode> hub, Text text) {
        this.loop = loop;
        this.collector = collector;
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
        waiting.add(answer);
        // one at a time, however many ask
        if (waiting.size() == 1) {
            JsonNode own = hub.get();
            collector.execute(() -> {
                Optional<String> made = make(own);
                loop.execute(() -> tell(made));
            });
        }
    }

    private void tell(Optional<String> made) {
        List<Consumer<Optional<String>>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(answer -> answer.accept(made));
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
