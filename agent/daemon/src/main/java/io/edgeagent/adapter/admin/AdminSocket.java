package io.edgeagent.adapter.admin;

import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.ops.ProvisioningOperations;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket for the agent's own group: one line of JSON in, one line of JSON out, then the end. Whoever may open it may do all
 * that it offers, so its mode is 0660. One thread when nobody asks.
 */
public final class AdminSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);
    private static final int CONNECTIONS = 8;
    private static final int SECONDS_TO_ASK = 10;
    private static final int SECONDS_TO_ANSWER = 40;

    private final ServerSocketChannel server;
    private final Path path;
    private final AdminProtocol protocol;
    private final ThreadPoolExecutor connections;
    private final ScheduledThreadPoolExecutor deadlines;
    private volatile boolean closing;

    private AdminSocket(ServerSocketChannel server, Path path, AdminProtocol protocol) {
        this.server = server;
        this.path = path;
        this.protocol = protocol;
        this.connections = new ThreadPoolExecutor(
                0, CONNECTIONS, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> daemon(work, "admin"));
        this.deadlines = new ScheduledThreadPoolExecutor(0, work -> daemon(work, "admin-deadline"));
        this.deadlines.setRemoveOnCancelPolicy(true);
    }

    /** Listens; empty, with a line in the log, where that is not possible: modules matter more than this socket. */
    public static Optional<AdminSocket> open(
            Path path, Operations operations, HubOperations hub, ProvisioningOperations provisioning) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            removeStale(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            AdminSocket socket = new AdminSocket(server, path, new AdminProtocol(operations, hub, provisioning));
            daemon(socket::accept, "admin-accept").start();
            return Optional.of(socket);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "event=no_admin_socket path={} reason=\"{}\" advice=\"edge-agent status and restart do not reach"
                            + " this agent; name a folder that it may write with EDGE_AGENT_ADMIN_SOCKET\"",
                    path,
                    e.toString());
            return Optional.empty();
        }
    }

    /** One that a killed agent left. One that answers belongs to an agent that lives. */
    private static void removeStale(Path path) throws IOException {
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("another agent listens there, " + other.getRemoteAddress());
        } catch (SocketException e) {
            // nobody listens, or nothing is there
            Files.deleteIfExists(path);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!closing) {
            try {
                SocketChannel client = server.accept();
                try {
                    connections.execute(() -> serve(client));
                } catch (RejectedExecutionException e) {
                    client.close();
                }
            } catch (IOException e) {
                if (!closing && !pause(e)) {
                    return;
                }
            }
        }
    }

    /** Out of descriptors, say: it may get better, and must not become a busy loop. */
    private boolean pause(IOException reason) {
        LOG.warn("event=admin_accept_failed reason=\"{}\"", reason.toString());
        try {
            return !connections.awaitTermination(1, TimeUnit.SECONDS) && server.isOpen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(SocketChannel client) {
        // closing the channel is the only way out of a blocked read on it
        var asking = deadlines.schedule(() -> closeQuietly(client), SECONDS_TO_ASK, TimeUnit.SECONDS);
        try (client) {
            Optional<String> request = AdminProtocol.readLine(client);
            asking.cancel(false);
            var answering = deadlines.schedule(() -> closeQuietly(client), SECONDS_TO_ANSWER, TimeUnit.SECONDS);
            try {
                AdminProtocol.writeLine(client, protocol.answer(request).toString());
            } finally {
                answering.cancel(false);
            }
        } catch (IOException e) {
            LOG.debug("event=admin_client_gone reason=\"{}\"", e.toString());
        } catch (RuntimeException e) {
            LOG.warn("event=admin_request_failed", e);
        } finally {
            asking.cancel(false);
        }
    }

    private static void closeQuietly(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            // it is being thrown away
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("event=admin_socket_left path={} reason=\"{}\"", path, e.toString());
        }
        connections.shutdownNow();
        deadlines.shutdownNow();
    }
}
