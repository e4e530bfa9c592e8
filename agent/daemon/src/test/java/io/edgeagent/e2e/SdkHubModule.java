package io.edgeagent.e2e;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.edge.DirectMethodRequest;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodPayload;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A module with Azure's unmodified client: what comes to its input it sends on. */
final class SdkHubModule {
    private SdkHubModule() {}

    public static void main(String[] args) throws Exception {
        ModuleClient client = ModuleClient.createFromEnvironment(
                new SdkModule.UnixSocket(),
                IotHubClientProtocol.valueOf(System.getenv().getOrDefault("PROTOCOL", "MQTT")));
        client.setMessageCallback(
                "greetings",
                (message, context) -> {
                    pass(client, message);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(true);
        client.subscribeToMethods((method, payload, context) -> answer(client, method, payload), null);
        SdkTwins.follow(client);
        new CountDownLatch(1).await();
    }

    /** Asks another module where it is told to; the client calls it by HTTPS. */
    private static DirectMethodResponse answer(ModuleClient client, String method, DirectMethodPayload payload) {
        if (!method.equals("ask")) {
            return new DirectMethodResponse(200, "hello from " + method);
        }
        try {
            DirectMethodRequest request = new DirectMethodRequest("greet", Map.of("from", "java"), 30, 30);
            var answer =
                    client.invokeMethod(System.getenv("IOTEDGE_DEVICEID"), payload.getPayload(String.class), request);
            return new DirectMethodResponse(answer.getStatus(), answer.getPayload(String.class));
        } catch (IotHubClientException e) {
            return new DirectMethodResponse(500, e.getStatusCode() + ": " + e.getMessage());
        }
    }

    private static void pass(ModuleClient client, Message message) {
        Message passed = new Message(new String(message.getBytes(), StandardCharsets.UTF_8));
        passed.setProperty("number", message.getProperty("number"));
        passed.setProperty("name", message.getProperty("näme & more"));
        passed.setProperty("from", String.valueOf(message.getConnectionModuleId()));
        client.sendEventAsync(passed, (sent, failure, context) -> {}, null, "heard");
    }
}
