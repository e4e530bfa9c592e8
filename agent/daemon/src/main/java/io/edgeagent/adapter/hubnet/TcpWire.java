package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A TCP connection. What a reader leaves is kept until more comes; that grows with what came, never with what was announced, and
 * not beyond a limit.
 */
class TcpWire implements Wire, EventLoop.Ready {
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    final EventLoop loop;
    final SocketChannel channel;
    private final Reader reader;
    private final String peer;
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private SelectionKey key;
    private final UnreadBytes left = new UnreadBytes();
    private ByteBuffer written = ByteBuffer.allocate(0);
    private long unsentBytes;
    private boolean flushAsked;
    private boolean paused;
    private boolean closing;
    private boolean closed;
    private boolean heard;
    private boolean admitted;
    private Optional<EventLoop.Timer> goodbye = Optional.empty();

    TcpWire(EventLoop loop, SocketChannel channel, Reader reader) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.reader = reader;
        this.peer = channel.getRemoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress() + ":" + address.getPort()
                : String.valueOf(channel.getRemoteAddress());
        channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(java.net.StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** Begins to read. */
    void start() throws IOException {
        key = loop.register(channel, SelectionKey.OP_READ, this);
        opened();
    }

    final void opened() {
        reader.opened(this);
    }

    @Override
    public final void ready(SelectionKey selected) throws IOException {
        if (selected.isWritable()) {
            sendUnsent();
        }
        if (!closed && selected.isValid() && selected.isReadable()) {
            receive();
        }
    }

    /** Reads from the socket once. */
    void receive() throws IOException {
        ByteBuffer in = loop.plain();
        if (fill(in) < 0) {
            ended("the peer closed the connection");
            return;
        }
        feed(in.flip());
    }

    /** Reads what the socket has. @return -1 at its end */
    final int fill(ByteBuffer in) throws IOException {
        int read = channel.read(in);
        heard |= read > 0;
        return read;
    }

    /** Whether the peer has sent anything at all. */
    final boolean hasHeard() {
        return heard;
    }

    final boolean isAdmitted() {
        return admitted;
    }

    @Override
    public final void admitted() {
        admitted = true;
    }

    /** Hands plain bytes to the reader, behind what it left the last time. */
    final void feed(ByteBuffer fresh) {
        if (closed || closing) {
            return;
        }
        if (!left.hasRoomFor(fresh)) {
            close("a frame is larger than " + UnreadBytes.MAX_FRAME + " bytes");
            return;
        }
        ByteBuffer in = left.with(fresh);
        if (!paused) {
            try {
                reader.read(in);
            } catch (ProtocolViolation e) {
                close(e.getMessage());
            }
        }
        if (!closed) {
            left.keep(in);
        }
    }

    @Override
    public final void write(ByteBuffer data) {
        if (closed || closing) {
            return;
        }
        if (written.remaining() < data.remaining()) {
            grow(data.remaining());
        }
        written.put(data);
        askFlush();
    }

    private void grow(int more) {
        int needed = written.position() + more;
        written = ByteBuffer.allocate(UnreadBytes.powerOfTwo(needed)).put(written.flip());
    }

    private void askFlush() {
        if (!flushAsked) {
            flushAsked = true;
            loop.flushAtRoundEnd(this);
        }
    }

    /** Sends what was written in this round. */
    final void flush() {
        flushAsked = false;
        if (closed) {
            return;
        }
        ByteBuffer data = written.flip();
        written = ByteBuffer.allocate(0);
        try {
            if (data.hasRemaining()) {
                seal(data);
            }
            if (closing && !closed) {
                sayGoodbye();
                if (unsent.isEmpty()) {
                    ended(reason);
                }
            }
        } catch (IOException e) {
            ended(describe(e));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Makes of plain bytes what goes over the socket. */
    void seal(ByteBuffer data) throws IOException {
        send(data);
    }

    /** The last words of the protocol below. */
    void sayGoodbye() throws IOException {}

    /** Sends bytes as they are, or keeps a copy until the socket takes them. */
    final void send(ByteBuffer data) throws IOException {
        if (unsent.isEmpty()) {
            channel.write(data);
        }
        if (data.hasRemaining()) {
            unsentBytes += data.remaining();
            unsent.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
            updateInterest();
        }
    }

    private void sendUnsent() throws IOException {
        while (!unsent.isEmpty()) {
            ByteBuffer first = unsent.peek();
            unsentBytes -= channel.write(first);
            if (first.hasRemaining()) {
                return;
            }
            unsent.poll();
        }
        if (closing) {
            ended(reason);
        } else {
            updateInterest();
        }
    }

    @Override
    public final long unsent() {
        return unsentBytes + written.position();
    }

    @Override
    public final void pauseReading() {
        paused = true;
        updateInterest();
    }

    @Override
    public final void resumeReading() {
        if (paused) {
            paused = false;
            updateInterest();
            // what it left may hold whole frames
            loop.execute(this::feedLeft);
        }
    }

    private void feedLeft() {
        if (!left.isEmpty() && !paused) {
            feed(ByteBuffer.allocate(0));
        }
        if (!closed) {
            resumed();
        }
    }

    /** Reading goes on. */
    void resumed() {}

    final boolean isPaused() {
        return paused;
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether it waits for something other than bytes, and must not be read. */
    boolean isHeld() {
        return false;
    }

    final void updateInterest() {
        if (key != null && key.isValid()) {
            int read = paused || closing || isHeld() ? 0 : SelectionKey.OP_READ;
            key.interestOps(read | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    private String reason = "";

    @Override
    public final void close(String why) {
        if (!closing && !closed) {
            closing = true;
            reason = why;
            updateInterest();
            askFlush();
            // a peer that does not read is not waited for
            goodbye = Optional.of(loop.schedule(GOODBYE, () -> ended(why)));
        }
    }

    @Override
    public final void failed(Throwable why) {
        ended(why instanceof IOException io ? describe(io) : "it failed: " + why);
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Ends it at once. */
    final void ended(String why) {
        if (closed) {
            return;
        }
        closed = true;
        unsent.clear();
        unsentBytes = 0;
        left.clear();
        goodbye.ifPresent(EventLoop.Timer::cancel);
        if (key != null) {
            key.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
        released();
        reader.closed(closing ? reason : why);
    }

    /** Gives back what a kind of connection holds. */
    void released() {}

    final void hold(SelectionKey registered) {
        key = registered;
    }

    @Override
    public final String peer() {
        return peer;
    }
}
