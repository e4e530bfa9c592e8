package io.edgeagent.adapter.hubnet;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;

/** One protocol inside another: it reads the bytes of the connection below, and is the connection of the reader above. */
public abstract class Layer implements Wire, Wire.Reader {
    private final EventLoop loop;
    private final Wire.Reader above;
    private final UnreadBytes left = new UnreadBytes();
    private Wire below;
    private boolean paused;
    private boolean over;

    protected Layer(EventLoop loop, Wire.Reader above) {
        this.loop = loop;
        this.above = above;
    }

    @Override
    public final void opened(Wire wire) {
        below = wire;
        begin();
    }

    /** The connection below is there. {@link #open} follows, at once or after a handshake. */
    protected abstract void begin();

    /** Whoever is above may begin. */
    protected final void open() {
        above.opened(this);
    }

    /** Hands bytes to the reader above, behind what it left the last time. */
    protected final void feed(ByteBuffer fresh) throws ProtocolViolation {
        if (over) {
            return;
        }
        if (!left.hasRoomFor(fresh)) {
            throw new ProtocolViolation("a frame is larger than " + UnreadBytes.MAX_FRAME + " bytes");
        }
        ByteBuffer in = left.with(fresh);
        if (!paused) {
            above.read(in);
        }
        left.keep(in);
    }

    protected final EventLoop loop() {
        return loop;
    }

    protected final Wire below() {
        return below;
    }

    /** Whether the reader above takes nothing now: what comes is to be left where it is. */
    protected final boolean isPaused() {
        return paused;
    }

    /** Whether it is being closed, or is. */
    protected final boolean isOver() {
        return over;
    }

    @Override
    public final void pauseReading() {
        paused = true;
        below.pauseReading();
    }

    @Override
    public final void resumeReading() {
        if (paused) {
            paused = false;
            // what it left may hold whole frames; they come before what the connection below has
            loop.execute(this::feedLeft);
            below.resumeReading();
        }
    }

    private void feedLeft() {
        if (!paused && !over && !left.isEmpty()) {
            try {
                feed(ByteBuffer.allocate(0));
            } catch (ProtocolViolation e) {
                close(e.getMessage());
            }
        }
    }

    @Override
    public final void close(String reason) {
        if (!over) {
            sayGoodbye();
            over = true;
            below.close(reason);
        }
    }

    /** The last words of this protocol. */
    protected void sayGoodbye() {}

    /** Gives back what it holds. */
    protected void released() {}

    @Override
    public final void closed(String reason) {
        over = true;
        left.clear();
        released();
        above.closed(reason);
    }

    @Override
    public long unsent() {
        return below.unsent();
    }

    @Override
    public final void admitted() {
        below.admitted();
    }

    @Override
    public final List<X509Certificate> certificates() {
        return below.certificates();
    }

    @Override
    public final String peer() {
        return below.peer();
    }
}
