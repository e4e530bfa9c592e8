package io.edgeagent.adapter.workload;

import io.edgeagent.board.UpdateLocks;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import io.edgeagent.identity.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workload API on one socket for each module, served by one thread, which sleeps while nobody asks. A connection has a few
 * seconds for its one request and answer; a module has a few connections at once.
 */
public final class WorkloadServer implements ModuleSockets, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadServer.class);
    static final int CONNECTIONS = 10;
    private static final int BACKLOG = 16;
    private static final int BUFFER = 4 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private record Door(ModuleIdentity identity, ServerSocketChannel channel) {}

    private final SocketFolders folders;
    private final WorkloadRoutes routes;
    private final Duration patience;
    private final Selector selector;
    private final Map<String, Door> doors = new ConcurrentHashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private Optional<Thread> thread = Optional.empty();
    // when the system had no more descriptors for accepted connections
    private long pausedUntil;
    private volatile boolean closed;

    public WorkloadServer(SocketFolders folders, Workload workload, UpdateLocks locks) {
        this(folders, workload, locks, PATIENCE);
    }

    WorkloadServer(SocketFolders folders, Workload workload, UpdateLocks locks, Duration patience) {
        this.folders = folders;
        this.routes = new WorkloadRoutes(workload, locks, () -> new TreeSet<>(doors.keySet()));
        this.patience = patience;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot wait on sockets", e);
        }
    }

    @Override
    public synchronized boolean follow(Collection<ModuleIdentity> identities) {
        boolean allOpen = true;
        for (Door door : List.copyOf(doors.values())) {
            if (!identities.contains(door.identity())) {
                shut(door);
                folders.shut(door.identity().moduleId());
            }
        }
        for (ModuleIdentity identity : identities) {
            if (!doors.containsKey(identity.moduleId())) {
                allOpen &= open(identity);
            }
        }
        if (!doors.isEmpty() && thread.isEmpty()) {
            Thread started = new Thread(this::serve, "workload");
            started.setDaemon(true);
            started.start();
            thread = Optional.of(started);
        }
        return allOpen;
    }

    @Override
    public synchronized void keepOnly(Set<String> modules) {
        try {
            folders.keepOnly(modules);
        } catch (IOException e) {
            LOG.warn("event=workload_folder_not_removed reason=\"{}\"", e.toString());
        }
    }

    private boolean open(ModuleIdentity identity) {
        ServerSocketChannel channel = null;
        try {
            folders.prepare(identity.moduleId());
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(folders.made()), BACKLOG);
            folders.moved(identity.moduleId());
            channel.configureBlocking(false);
            Door door = new Door(identity, channel);
            doors.put(identity.moduleId(), door);
            channel.register(selector, SelectionKey.OP_ACCEPT, door);
            selector.wakeup();
            return true;
        } catch (IOException e) {
            LOG.error("event=workload_socket_failed module={} reason=\"{}\"", identity.moduleId(), e.toString());
            close(channel);
            return false;
        }
    }

    private void shut(Door door) {
        doors.remove(door.identity().moduleId());
        close(door.channel());
        selector.wakeup();
    }

    private void serve() {
        while (!closed) {
            try {
                selector.select(nextDeadline());
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                endLateOnes();
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.error("event=workload_server_stumbled reason=\"{}\"", e.toString());
            }
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (!key.isValid()) {
                return;
            }
            if (key.attachment() instanceof Door door) {
                accept(door, key);
            } else if (key.attachment() instanceof Connection connection) {
                converse(connection, key);
            }
        } catch (IOException | RuntimeException e) {
            // the peer is gone
            if (key.attachment() instanceof Connection) {
                close(key.channel());
            }
        }
    }

    private void accept(Door door, SelectionKey key) throws IOException {
        SocketChannel channel;
        try {
            channel = door.channel().accept();
        } catch (IOException e) {
            LOG.warn("event=workload_accept_failed reason=\"{}\"", e.toString());
            pausedUntil = System.nanoTime() + PAUSE.toNanos();
            key.interestOps(0);
            return;
        }
        if (channel == null) {
            return;
        }
        if (connections().stream()
                        .filter(open -> open.caller.equals(door.identity()))
                        .count()
                >= CONNECTIONS) {
            close(channel);
            return;
        }
        channel.configureBlocking(false);
        channel.register(
                selector,
                SelectionKey.OP_READ,
                new Connection(door.identity(), channel, System.nanoTime() + patience.toNanos()));
    }

    private void converse(Connection connection, SelectionKey key) throws IOException {
        if (!connection.isAnswered()) {
            try {
                connection.read(buffer).ifPresent(request -> connection.answer(answer(connection, request)));
            } catch (Refusal e) {
                connection.answer(Reply.of(e));
            }
        }
        if (connection.isAnswered()) {
            finish(connection, key);
        }
    }

    private Reply answer(Connection connection, WorkloadRequest request) {
        try {
            return routes.answer(connection.caller, request);
        } catch (RuntimeException e) {
            LOG.error("event=workload_request_failed module={}", connection.caller.moduleId(), e);
            return Reply.error(500, "the agent failed; its log says more");
        }
    }

    private void finish(Connection connection, SelectionKey key) throws IOException {
        if (connection.write()) {
            connection.drain(buffer);
            connection.channel.close();
        } else {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    /** Milliseconds for select; 0 waits for ever. */
    private long nextDeadline() {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        for (Connection connection : connections()) {
            wait = Math.min(wait, connection.deadline - now);
        }
        if (pausedUntil != 0) {
            wait = Math.min(wait, pausedUntil - now);
        }
        return wait == Long.MAX_VALUE ? 0 : Math.max(1, wait / 1_000_000 + 1);
    }

    private void endLateOnes() {
        long now = System.nanoTime();
        for (Connection connection : connections()) {
            if (connection.deadline - now <= 0) {
                tellOfTimeout(connection);
                close(connection.channel);
            }
        }
        if (pausedUntil != 0 && pausedUntil - now <= 0) {
            pausedUntil = 0;
            selector.keys().stream()
                    .filter(key -> key.isValid() && key.attachment() instanceof Door)
                    .forEach(key -> key.interestOps(SelectionKey.OP_ACCEPT));
        }
    }

    private void tellOfTimeout(Connection connection) {
        if (connection.isAnswered()) {
            return;
        }
        connection.answer(Reply.error(408, "the request was not whole in time"));
        try {
            connection.write();
            connection.drain(buffer);
        } catch (IOException e) {
            LOG.debug("event=workload_peer_gone reason=\"{}\"", e.getMessage());
        }
    }

    private List<Connection> connections() {
        List<Connection> open = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection && key.isValid()) {
                open.add(connection);
            }
        }
        return open;
    }

    private static void close(AutoCloseable channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (Exception e) {
            LOG.debug("event=workload_close_failed reason=\"{}\"", e.getMessage());
        }
    }

    /** Stops listening. The folders stay, because running modules have them mounted and ask again later. */
    @Override
    public synchronized void close() {
        closed = true;
        doors.values().forEach(this::shut);
        for (Connection connection : connections()) {
            close(connection.channel);
        }
        close(selector);
    }
}
