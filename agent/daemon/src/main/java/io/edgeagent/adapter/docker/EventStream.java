package io.edgeagent.adapter.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The engine's event stream, which says once when it broke by itself. */
final class EventStream extends ResultCallback.Adapter<Event> {
    private final Consumer<Event> events;
    private final Runnable lost;
    private final AtomicBoolean ended = new AtomicBoolean();

    EventStream(Consumer<Event> events, Runnable lost) {
        this.events = events;
        this.lost = lost;
    }

    @Override
    public void onNext(Event event) {
        if (!ended.get()) {
            events.accept(event);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        super.onError(thrown);
        broken();
    }

    @Override
    public void onComplete() {
        super.onComplete();
        broken();
    }

    private void broken() {
        if (ended.compareAndSet(false, true)) {
            lost.run();
        }
    }

    /** Ends the stream without calling it lost. */
    void end() {
        ended.set(true);
        try {
            close();
        } catch (IOException e) {
            // the connection is gone, which is what was wanted
        }
    }
}
