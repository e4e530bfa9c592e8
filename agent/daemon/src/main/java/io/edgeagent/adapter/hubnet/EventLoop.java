package io.edgeagent.adapter.hubnet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The hub's thread: sockets, timers and what other threads hand over. A round reads what came, then runs what belongs at its end:
 * first the store's commit, so that all messages of a round share one write to the disk, then what is to be sent. Everything but
 * {@link #execute} and {@link #close} is for the loop's own thread.
 */
public final class EventLoop implements Executor, AutoCloseable {
    /** One TLS record and some more; shared by all connections, because only one is read at a time. */
    static final int BUFFER = 40 * 1024;

    private final Selector selector;
    private final LongSupplier nanos;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final List<Runnable> atRoundEnd = new ArrayList<>();
    private final List<TcpWire> toFlush = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final ByteBuffer encrypted = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer plain = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer sealed = ByteBuffer.allocateDirect(BUFFER);
    private Optional<ByteBuffer> inner = Optional.empty();
    private long sequence;

    /** @param nanos a clock that never goes back, such as {@link System#nanoTime} */
    public EventLoop(LongSupplier nanos) throws IOException {
        this.selector = Selector.open();
        this.nanos = nanos;
    }

    /** What waits for a channel to be ready. */
    interface Ready {
        void ready(SelectionKey key) throws IOException;

        /** Ends what the channel belongs to, and nothing else. */
        void failed(Throwable reason);
    }

    /** Something to be done later, unless it is cancelled. */
    public final class Timer implements Comparable<Timer> {
        private final long at;
        private final long order;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long at, Runnable action) {
            this.at = at;
            this.order = sequence++;
            this.action = action;
        }

        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                timers.remove(this);
            }
        }

        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at - other.at, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** The loop's clock, which never goes back. */
    public long nanos() {
        return nanos.getAsLong();
    }

    /** Runs something once after a while, on the loop's thread. */
    public Timer schedule(Duration delay, Runnable action) {
        Timer timer = new Timer(nanos.getAsLong() + delay.toNanos(), action);
        timers.add(timer);
        return timer;
    }

    /** Runs something at the end of every round, before anything is sent. */
    public void atRoundEnd(Runnable action) {
        atRoundEnd.add(action);
    }

    void flushAtRoundEnd(TcpWire wire) {
        toFlush.add(wire);
    }

    /** Runs something soon on the loop's thread. From any thread. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    SelectionKey register(SelectableChannel channel, int interest, Ready ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, interest, ready);
    }

    ByteBuffer encrypted() {
        return encrypted.clear();
    }

    ByteBuffer plain() {
        return plain.clear();
    }

    /** For plain bytes of TLS inside of TLS, which boards without a proxy never have. */
    ByteBuffer inner() {
        if (inner.isEmpty()) {
            inner = Optional.of(ByteBuffer.allocate(BUFFER));
        }
        return inner.get().clear();
    }

    ByteBuffer sealed() {
        return sealed.clear();
    }

    /**
     * Turns until {@link #close}. What fails in one connection ends that connection; anything else that fails ends the loop, because
     * nobody can say what state the hub is in.
     */
    public void run() throws IOException {
        while (!closed.get()) {
            long wait = waitMillis();
            if (wait == 0 || !tasks.isEmpty()) {
                selector.selectNow();
            } else {
                selector.select(Math.max(0, wait));
            }
            awake.set(false);
            runTasks();
            serve();
            fireTimers();
            for (Runnable action : atRoundEnd) {
                action.run();
            }
            flush();
        }
    }

    private long waitMillis() {
        Timer first = timers.peek();
        if (first == null) {
            return -1;
        }
        long left = first.at - nanos.getAsLong();
        return left <= 0 ? 0 : Math.max(1, Duration.ofNanos(left).toMillis());
    }

    // a task that hands over another one does not keep the sockets waiting
    private void runTasks() {
        for (int left = tasks.size(); left > 0; left--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    private void serve() {
        Iterator<SelectionKey> ready;
        try {
            ready = selector.selectedKeys().iterator();
        } catch (ClosedSelectorException e) {
            return;
        }
        while (ready.hasNext()) {
            SelectionKey key = ready.next();
            ready.remove();
            Ready owner = (Ready) key.attachment();
            try {
                if (key.isValid()) {
                    owner.ready(key);
                }
            } catch (IOException | RuntimeException | StackOverflowError e) {
                owner.failed(e);
            }
        }
    }

    private void fireTimers() {
        long now = nanos.getAsLong();
        while (!timers.isEmpty() && timers.peek().at - now <= 0) {
            Timer timer = timers.poll();
            if (!timer.cancelled) {
                timer.cancelled = true;
                timer.action.run();
            }
        }
    }

    private void flush() {
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
    }

    /** Ends {@link #run} soon, and closes every channel. From any thread. */
    @Override
    public void close() {
        closed.set(true);
        selector.wakeup();
    }

    /** Closes what is still open. For the thread that ran {@link #run}, after it. */
    public void release() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
