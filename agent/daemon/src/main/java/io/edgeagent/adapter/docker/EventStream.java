package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.reconcile.ContainerEngine;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's events on a thread of their own, which says once when they ended by themselves. */
final class EventStream implements ContainerEngine.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Fields FIELDS = Fields.of("Action", "status", "Actor/ID", "id");

    /** What is told; by one thread, in order. */
    interface Listener {
        /** From now on nothing is missed. */
        void opened();

        /** Something happened to the container with this id. */
        void changed(String id);

        /** The stream ended, and nobody had closed it. */
        void lost();
    }

    private final Listener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private Optional<EngineReply> reply = Optional.empty();

    private EventStream(Listener listener) {
        this.listener = listener;
    }

    /** @param open asks the engine; called by the stream's thread */
    static EventStream start(Supplier<EngineReply> open, Listener listener) {
        EventStream stream = new EventStream(listener);
        Thread thread = new Thread(() -> stream.follow(open), "engine-events");
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    private void follow(Supplier<EngineReply> open) {
        try (EngineReply events = open.get()) {
            if (keep(events)) {
                listener.opened();
                events.each(FIELDS, this::tell);
            }
        } catch (RuntimeException e) {
            // an engine that goes away ends its stream so: what follows from it is the listener's business
            LOG.debug("event=engine_events_ended reason=\"{}\"", EngineErrors.brief(String.valueOf(e.getMessage())));
        } finally {
            if (ended.compareAndSet(false, true)) {
                listener.lost();
            }
        }
    }

    private synchronized boolean keep(EngineReply events) {
        reply = Optional.of(events);
        return !ended.get();
    }

    private void tell(JsonNode event) {
        String action = event.path("Action").asText(event.path("status").asText(""));
        // health probes and other execs come every few seconds and change nothing
        if (!ended.get() && !action.startsWith("exec_") && !action.equals("top") && !action.equals("attach")) {
            listener.changed(
                    event.path("Actor").path("ID").asText(event.path("id").asText("")));
        }
    }

    /** Ends the stream without calling it lost. */
    @Override
    public void close() {
        ended.set(true);
        synchronized (this) {
            reply.ifPresent(EngineReply::close);
        }
    }
}
