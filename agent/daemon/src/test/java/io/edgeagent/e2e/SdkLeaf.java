package io.edgeagent.e2e;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodPayload;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** A device behind the board's hub, with Azure's unmodified client. */
final class SdkLeaf {
    private SdkLeaf() {}

    public static void main(String[] args) throws Exception {
        String connectionString = System.getenv("CONNECTION_STRING");
        IotHubClientProtocol protocol =
                IotHubClientProtocol.valueOf(System.getenv().getOrDefault("PROTOCOL", "MQTT"));
        // Java's own context has the key store that the command line names
        DeviceClient client = connectionString.contains("x509=true")
                ? new DeviceClient(
                        connectionString,
                        protocol,
                        ClientOptions.builder()
                                .sslContext(SSLContext.getDefault())
                                .build())
                : new DeviceClient(connectionString, protocol);
        ExecutorService sender = Executors.newSingleThreadExecutor();
        client.setMessageCallback(
                (message, context) -> {
                    Message heard = new Message("heard " + new String(message.getBytes(), StandardCharsets.UTF_8));
                    String mood = message.getProperty("mood");
                    heard.setProperty("mood", mood == null ? "none" : mood);
                    client.sendEventAsync(heard, (sent, failure, told) -> {}, null);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(true);
        client.subscribeToMethods((method, payload, context) -> answer(client, sender, method, payload), null);
        SdkTwins.follow(client);
        new CountDownLatch(1).await();
    }

    private static DirectMethodResponse answer(
            DeviceClient client, ExecutorService sender, String method, DirectMethodPayload payload) {
        if (!method.equals("send")) {
            return new DirectMethodResponse(200, "hello from " + method);
        }
        Map<?, ?> order = payload.getPayload(Map.class);
        int first = number(order, "first");
        for (int i = first; i < first + number(order, "count"); i++) {
            int number = i;
            sender.execute(() -> send(client, number, number(order, "everyMillis")));
        }
        return new DirectMethodResponse(200, "begun");
    }

    private static int number(Map<?, ?> order, String field) {
        return ((Number) order.get(field)).intValue();
    }

    /** The client keeps what it cannot send now. */
    private static void send(DeviceClient client, int number, int pauseMillis) {
        Message message = new Message("{\"number\":" + number + "}");
        message.setProperty("number", Integer.toString(number));
        client.sendEventAsync(message, (sent, failure, context) -> {}, null);
        LockSupport.parkNanos(pauseMillis * 1_000_000L);
    }
}
