package io.edgeagent.samples.temperature;

import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.edgeagent.samples.client.ModuleSession;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The sensor's connection to the hub, or to the edge hub if the agent names one. */
final class HubSession implements Upstream, AutoCloseable {
    private static final String OUTPUT = "temperatureOutput";
    private static final String INPUT = "control";

    private final ModuleSession session;
    private final Controls controls;

    private HubSession(ModuleSession session, Controls controls) {
        this.session = session;
        this.controls = controls;
    }

    static HubSession open(Map<String, String> environment, Controls controls) throws IOException {
        String workload = environment.getOrDefault("IOTEDGE_WORKLOADURI", "");
        boolean direct = environment.getOrDefault("IOTEDGE_GATEWAYHOSTNAME", "").isEmpty();
        if (direct && !workload.isEmpty()) {
            Trust.install(URI.create(workload));
        }
        HubSession hub = new HubSession(new ModuleSession(controls::wake), controls);
        try {
            hub.connect();
            return hub;
        } catch (IOException e) {
            hub.close();
            throw e;
        }
    }

    private void connect() throws IOException {
        ModuleClient client = session.client();
        client.setMessageCallback(
                INPUT,
                (message, context) -> {
                    controls.message(new String(message.getBytes(), StandardCharsets.UTF_8));
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        session.open();
        session.repeat(
                "subscribe to desired properties",
                () -> client.subscribeToDesiredProperties(
                        (twin, context) -> controls.patch(twin.getDesiredProperties()),
                        null,
                        ModuleSession.TIMEOUT_MILLIS));
        session.repeat(
                "subscribe to methods",
                () -> client.subscribeToMethods(
                        (name, payload, context) -> method(name), null, ModuleSession.TIMEOUT_MILLIS));
        session.repeat(
                "read the twin",
                () -> controls.replace(
                        client.getTwin(ModuleSession.TIMEOUT_MILLIS).getDesiredProperties()));
    }

    private DirectMethodResponse method(String name) {
        if (name.equals("reset")) {
            controls.reset();
            return new DirectMethodResponse(200, null);
        }
        return new DirectMethodResponse(404, Map.of("error", "there is no method " + name + ": call reset"));
    }

    boolean isLost() {
        return session.isLost();
    }

    @Override
    public void send(String json, Map<String, String> properties) throws IOException {
        Message message = new Message(json);
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        properties.forEach(message::setProperty);
        session.call("send", () -> session.client().sendEvent(message, OUTPUT));
    }

    @Override
    public void report(Map<String, Object> properties) throws IOException {
        TwinCollection reported = new TwinCollection(new HashMap<>(properties));
        session.repeat(
                "report", () -> session.client().updateReportedProperties(reported, ModuleSession.TIMEOUT_MILLIS));
    }

    @Override
    public void close() {
        session.close();
    }
}
