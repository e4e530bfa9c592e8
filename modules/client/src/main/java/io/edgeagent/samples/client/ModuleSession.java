package io.edgeagent.samples.client;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import com.microsoft.azure.sdk.iot.device.transport.NoRetry;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * One connection by Azure's client, as whom the environment says. The client's own reconnecting is switched off, because
 * it subscribes to neither methods nor desired properties again: after a loss the module opens a new session.
 */
public final class ModuleSession implements AutoCloseable {
    /** For each call that has one; in milliseconds. */
    public static final int TIMEOUT_MILLIS = 10_000;

    /** The client loses an answer now and then: a short wait and another try find it. */
    private static final int TRIES = 3;

    private final ModuleClient client;
    private volatile boolean lost;

    /** A call of Azure's client. */
    public interface Call {
        /** Does it; blocks. */
        void run() throws IotHubClientException, InterruptedException;
    }

    /**
     * A session that is not connected yet.
     *
     * @param onLoss is run on a thread of the client when the connection is lost
     * @throws IOException if the agent gives no credentials
     */
    public ModuleSession(Runnable onLoss) throws IOException {
        try {
            client = ModuleClient.createFromEnvironment(new UnixSocket(), IotHubClientProtocol.MQTT);
        } catch (IotHubClientException | IllegalStateException | IllegalArgumentException e) {
            throw failure("credentials from the agent", e);
        }
        client.setRetryPolicy(new NoRetry());
        client.setConnectionStatusChangeCallback(
                change -> {
                    if (change.getNewStatus() != IotHubConnectionStatus.CONNECTED) {
                        lost = true;
                        onLoss.run();
                    }
                },
                null);
    }

    /** To set callbacks on, and for calls that do not block. */
    public ModuleClient client() {
        return client;
    }

    /** Connects. Callbacks for messages must be set by then. */
    public void open() throws IOException {
        call("connect", () -> client.open(false));
    }

    /** Whether this session is over. */
    public boolean isLost() {
        return lost;
    }

    /**
     * Does it once.
     *
     * @param what names it in the exception
     */
    public void call(String what, Call call) throws IOException {
        try {
            call.run();
        } catch (IotHubClientException | IllegalStateException e) {
            throw failure(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the module is stopping");
        }
    }

    /** Does it, again if an answer was lost. For what may be done twice. */
    public void repeat(String what, Call call) throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                call(what, call);
                return;
            } catch (IOException e) {
                if (lost || tried == TRIES || e instanceof InterruptedIOException) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** The client wraps the reason several deep. */
    private static IOException failure(String what, Exception thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new IOException(what + ": " + (root.getMessage() == null ? root.toString() : root.getMessage()), thrown);
    }
}
