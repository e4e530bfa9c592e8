package io.edgeagent.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.InternalClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.MethodResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Microsoft's device SDK for Java, unmodified. */
@Timeout(120)
class DeviceSdkIT {
    /** The SDK now and then loses a twin response (its issue 1803), so that calls are short and repeated. */
    private static final int CALL_MILLIS = 5_000;

    private static final IdentityName PORCH = IdentityName.device("porch");
    private static final IdentityName LED = IdentityName.module("porch", "led");

    @TempDir
    private Path state;

    private Simulator hub;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.startForSdks(state);
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }

    @Test
    void a_device_sends_telemetry_with_properties() throws Exception {
        DeviceClient device = open(hub.createDevice("porch"));
        Message message = new Message("{\"t\":21.5}".getBytes(StandardCharsets.UTF_8));
        message.setProperty("kind", "a b&c=ü");
        message.setMessageId("m-1");
        message.setContentType("application/json");
        device.sendEvent(message, CALL_MILLIS);
        device.close();
        Event event = hub.events().get(0);
        assertThat(event.text()).isEqualTo("{\"t\":21.5}");
        assertThat(event.properties()).containsExactly(Map.entry("kind", "a b&c=ü"));
        assertThat(event.systemProperties())
                .containsEntry("message-id", "m-1")
                .containsEntry("content-type", "application/json")
                .containsEntry("iothub-connection-device-id", "porch")
                .doesNotContainKey("iothub-connection-module-id");
    }

    @Test
    void a_module_sends_to_an_output() throws Exception {
        hub.createEdgeDevice("porch");
        ModuleClient module = openModule(hub.createModule("porch", "led"));
        module.sendEvent(new Message("on"), "out1", CALL_MILLIS);
        module.close();
        Event event = hub.events().get(0);
        assertThat(event.moduleId()).contains("led");
        assertThat(event.systemProperties())
                .containsEntry("output-name", "out1")
                .containsEntry("iothub-connection-module-id", "led");
    }

    @Test
    void a_device_reads_and_reports_its_twin() throws Exception {
        DeviceClient device = open(hub.createDevice("porch"));
        hub.updateDesired(PORCH, desired("interval", "5"));
        device.subscribeToDesiredProperties((twin, context) -> {}, null, CALL_MILLIS);
        Twin twin = getTwin(device);
        assertThat(twin.getDesiredProperties()).containsEntry("interval", "5");
        assertThat(twin.getDesiredProperties().getVersion()).isEqualTo(2);
        TwinCollection reported = new TwinCollection();
        reported.put("interval", "5");
        await().untilAsserted(() -> assertThat(
                        device.updateReportedProperties(reported, CALL_MILLIS).getVersion())
                .isGreaterThanOrEqualTo(2));
        device.close();
        assertThat(hub.twin("porch").at("/properties/reported/interval").asText())
                .isEqualTo("5");
    }

    @Test
    void a_module_is_told_of_new_desired_properties() throws Exception {
        hub.createEdgeDevice("porch");
        ModuleClient module = openModule(hub.createModule("porch", "led"));
        BlockingQueue<TwinCollection> updates = new LinkedBlockingQueue<>();
        module.subscribeToDesiredProperties(
                (twin, context) -> updates.add(twin.getDesiredProperties()), null, CALL_MILLIS);
        hub.updateDesired(LED, desired("color", "red"));
        TwinCollection update = updates.poll(10, TimeUnit.SECONDS);
        module.close();
        assertThat(update).containsEntry("color", "red");
        assertThat(update.getVersion()).isEqualTo(2);
    }

    @Test
    void devices_and_modules_answer_methods() throws Exception {
        DeviceClient device = open(hub.createEdgeDevice("porch"));
        ModuleClient module = openModule(hub.createModule("porch", "led"));
        for (InternalClient client : List.of(device, module)) {
            client.subscribeToMethods(
                    (method, payload, context) ->
                            new DirectMethodResponse(207, method + " " + payload.getPayload(String.class)),
                    null,
                    CALL_MILLIS);
        }
        for (IdentityName name : List.of(PORCH, LED)) {
            MethodResult result = hub.invokeMethod(name, "say-it", TextNode.valueOf("loud"), Duration.ofSeconds(10));
            assertThat(result).isEqualTo(new MethodResult(207, TextNode.valueOf("say-it loud")));
        }
        device.close();
        module.close();
    }

    @Test
    void methods_still_arrive_after_a_reconnect_and_after_a_restart_of_the_hub() throws Exception {
        DeviceClient device = open(hub.createDevice("porch"));
        device.subscribeToMethods(
                (method, payload, context) -> new DirectMethodResponse(200, "here"), null, CALL_MILLIS);
        assertThat(hub.disconnect(PORCH)).isTrue();
        awaitConnected();
        assertThat(ping().status()).isEqualTo(200);
        hub.close();
        hub = TestHub.startForSdks(state);
        awaitConnected();
        assertThat(ping().status()).isEqualTo(200);
        device.close();
    }

    @Test
    void a_device_gets_messages_that_were_sent_while_it_was_away() throws Exception {
        String connectionString = hub.createDevice("porch");
        hub.sendToDevice("porch", "hello", Map.of("kind", "greeting"));
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        DeviceClient device = new DeviceClient(connectionString, IotHubClientProtocol.MQTT, options());
        device.setMessageCallback(
                (message, context) -> {
                    received.add(message);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        device.open(false);
        Message message = received.poll(10, TimeUnit.SECONDS);
        assertThat(new String(message.getBytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(message.getProperty("kind")).isEqualTo("greeting");
        await().untilAsserted(() -> assertThat(
                        hub.twin("porch").path("cloudToDeviceMessageCount").asInt())
                .isZero());
        device.close();
    }

    @Test
    void a_device_connects_over_web_sockets() throws Exception {
        DeviceClient device = new DeviceClient(hub.createDevice("porch"), IotHubClientProtocol.MQTT_WS, options());
        device.open(false);
        device.sendEvent(new Message("x".repeat(100_000)), CALL_MILLIS);
        device.close();
        assertThat(hub.events())
                .singleElement()
                .satisfies(event -> assertThat(event.text()).hasSize(100_000));
    }

    @Test
    void a_wrong_key_and_an_unknown_device_are_refused() {
        ConnectionString good = ConnectionString.parse(hub.createDevice("porch"));
        SharedKey other = SharedKey.of(new byte[] {1, 2, 3});
        assertRefused(with(good, "porch", other));
        assertRefused(with(good, "nobody", good.key().orElseThrow()));
    }

    @Test
    void a_device_that_is_away_cannot_be_called() {
        hub.createDevice("porch");
        assertThatThrownBy(this::ping)
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.error()).isEqualTo(HubError.DEVICE_NOT_ONLINE));
    }

    @Test
    void a_lost_twin_response_makes_the_call_time_out_and_the_next_one_works() throws Exception {
        DeviceClient device = open(hub.createDevice("porch"));
        device.subscribeToDesiredProperties((twin, context) -> {}, null, CALL_MILLIS);
        getTwin(device);
        hub.faults(HubJson.object().put("loseTwinResponses", 1));
        assertThatThrownBy(() -> device.getTwin(1_000)).isInstanceOf(IotHubClientException.class);
        assertThat(getTwin(device).getDesiredProperties().getVersion()).isEqualTo(1);
        device.close();
    }

    private MethodResult ping() {
        return hub.invokeMethod(PORCH, "ping", HubJson.object(), Duration.ofSeconds(10));
    }

    private void awaitConnected() {
        await().atMost(Duration.ofSeconds(30)).until(() -> hub.isConnected(PORCH));
    }

    private static Twin getTwin(InternalClient client) {
        return await().ignoreException(IotHubClientException.class)
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.getTwin(CALL_MILLIS), twin -> twin != null);
    }

    private static void assertRefused(String connectionString) {
        assertThatThrownBy(() -> open(connectionString))
                .isInstanceOfSatisfying(
                        IotHubClientException.class,
                        e -> assertThat(e.getStatusCode()).isEqualTo(IotHubStatusCode.UNAUTHORIZED));
    }

    private static String with(ConnectionString good, String device, SharedKey key) {
        return new ConnectionString(
                        good.hostName(),
                        Optional.of(device),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(key))
                .toText();
    }

    private static DeviceClient open(String connectionString) throws IotHubClientException {
        DeviceClient device = new DeviceClient(connectionString, IotHubClientProtocol.MQTT, options());
        device.open(false);
        return device;
    }

    private static ModuleClient openModule(String connectionString) throws IotHubClientException {
        ModuleClient module = new ModuleClient(connectionString, IotHubClientProtocol.MQTT, options());
        module.open(false);
        return module;
    }

    private static ClientOptions options() {
        return ClientOptions.builder().sslContext(TestHub.trust()).build();
    }

    private static ObjectNode desired(String name, String value) {
        return HubJson.object().put(name, value);
    }
}
