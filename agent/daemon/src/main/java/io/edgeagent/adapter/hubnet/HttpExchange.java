package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A handshake by HTTP, on either side: one head is awaited, and decides who reads on. */
public abstract class HttpExchange implements Wire.Reader {
    private final EventLoop loop;
    private final Duration patience;
    private Optional<Wire.Reader> next = Optional.empty();
    private boolean taken;
    private Wire wire;
    private EventLoop.Timer timer;

    /** @param patience for the whole head to come */
    protected HttpExchange(EventLoop loop, Duration patience) {
        this.loop = loop;
        this.patience = patience;
    }

    @Override
    public final void opened(Wire opened) {
        wire = opened;
        timer = loop.schedule(patience, () -> wire.close("no head of HTTP came within " + patience.toSeconds() + " s"));
        begin(opened);
    }

    /** Speaks first, if it is this side's turn. */
    protected void begin(Wire opened) {}

    /**
     * The head is there.
     *
     * @return who reads on; empty if it was refused, the answer was written and the connection is being closed
     */
    protected abstract Optional<Wire.Reader> take(HttpHead head, Wire from) throws Wire.ProtocolViolation;

    /** It ended before anybody read on. */
    protected abstract void failed(String reason);

    protected final EventLoop loop() {
        return loop;
    }

    @Override
    public final void read(ByteBuffer in) throws Wire.ProtocolViolation {
        if (!taken) {
            Optional<HttpHead> head = HttpHead.next(in);
            if (head.isEmpty()) {
                return;
            }
            taken = true;
            timer.cancel();
            next = take(head.get(), wire);
            if (next.isPresent()) {
                next.get().opened(wire);
            }
        }
        if (next.isEmpty()) {
            in.position(in.limit());
        } else if (in.hasRemaining()) {
            next.get().read(in);
        }
    }

    @Override
    public final void closed(String reason) {
        if (timer != null) {
            timer.cancel();
        }
        next.ifPresentOrElse(reader -> reader.closed(reason), () -> failed(reason));
    }
}
