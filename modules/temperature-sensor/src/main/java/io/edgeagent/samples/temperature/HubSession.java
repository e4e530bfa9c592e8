package io.edgeagent.samples.temperature;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import com.microsoft.azure.sdk.iot.device.transport.NoRetry;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection by Azure's client, as whom the environment says. The client's own reconnecting is switched off, because
 * it subscribes to neither methods nor desired properties again: after a loss the module opens a new session.
 */
final class HubSession implements Upstream, AutoCloseable {
    private static final String OUTPUT = "temperatureOutput";
    private static final String INPUT = "control";
    /** The client loses an answer now and then: a short wait and another try find it. */
    private static final int TRIES = 3;

    private static final int TIMEOUT_MILLIS = 10_000;

    private final ModuleClient client;
    private final Controls controls;
    private volatile boolean lost;

    private interface Call {
        void run() throws IotHubClientException, InterruptedException;
    }

    private HubSession(ModuleClient client, Controls controls) {
        this.client = client;
        this.controls = controls;
    }

    static HubSession open(Map<String, String> environment, Controls controls) throws IOException {
        HubSession session = new HubSession(client(environment), controls);
        try {
            session.connect();
            return session;
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    private static ModuleClient client(Map<String, String> environment) throws IOException {
        String workload = environment.getOrDefault("IOTEDGE_WORKLOADURI", "");
        boolean direct = environment.getOrDefault("IOTEDGE_GATEWAYHOSTNAME", "").isEmpty();
        try {
            if (direct && !workload.isEmpty()) {
                Trust.install(URI.create(workload));
            }
            return ModuleClient.createFromEnvironment(new UnixSocket(), IotHubClientProtocol.MQTT);
        } catch (IotHubClientException | IllegalStateException | IllegalArgumentException e) {
            throw failure("credentials from the agent", e);
        }
    }

    private void connect() throws IOException {
        client.setRetryPolicy(new NoRetry());
        client.setConnectionStatusChangeCallback(
                change -> {
                    if (change.getNewStatus() != IotHubConnectionStatus.CONNECTED) {
                        lost = true;
                        controls.wake();
                    }
                },
                null);
        client.setMessageCallback(
                INPUT,
                (message, context) -> {
                    controls.message(new String(message.getBytes(), StandardCharsets.UTF_8));
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        call("connect", () -> client.open(false));
        repeat(
                "subscribe to desired properties",
                () -> client.subscribeToDesiredProperties(
                        (twin, context) -> controls.patch(twin.getDesiredProperties()), null, TIMEOUT_MILLIS));
        repeat(
                "subscribe to methods",
                () -> client.subscribeToMethods((name, payload, context) -> method(name), null, TIMEOUT_MILLIS));
        repeat(
                "read the twin",
                () -> controls.replace(client.getTwin(TIMEOUT_MILLIS).getDesiredProperties()));
    }

    private DirectMethodResponse method(String name) {
        if (name.equals("reset")) {
            controls.reset();
            return new DirectMethodResponse(200, null);
        }
        return new DirectMethodResponse(404, Map.of("error", "there is no method " + name + ": call reset"));
    }

    boolean isLost() {
        return lost;
    }

    @Override
    public void send(String json, Map<String, String> properties) throws IOException {
        Message message = new Message(json);
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        properties.forEach(message::setProperty);
        call("send", () -> client.sendEvent(message, OUTPUT));
    }

    @Override
    public void report(Map<String, Object> properties) throws IOException {
        TwinCollection reported = new TwinCollection(new HashMap<>(properties));
        repeat("report", () -> client.updateReportedProperties(reported, TIMEOUT_MILLIS));
    }

    @Override
    public void close() {
        client.close();
    }

    private void repeat(String what, Call call) throws IOException {
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

    private static void call(String what, Call call) throws IOException {
        try {
            call.run();
        } catch (IotHubClientException | IllegalStateException e) {
            throw failure(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the module is stopping");
        }
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
