package io.edgeagent.adapter.iothub;

import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MessageType;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubTransportMessage;
import com.microsoft.azure.sdk.iot.device.twin.DeviceOperations;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.MethodAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Direct methods of one session. The SDK calls a method on the thread that brings everything else too, and holds it until the method
 * has answered: a method that takes its time would keep others waiting, and changes of the twin. So calls are taken from the SDK
 * before it looks at them, and answered whenever their answer is there.
 */
final class MethodReplies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MethodReplies.class);

    private final ModuleClient client;
    private final CloudLink.Listener told;
    // by the id that the hub gave the call
    private final Map<String, CompletableFuture<MethodAnswer>> awaited = new ConcurrentHashMap<>();
    private volatile boolean closed;

    MethodReplies(ModuleClient client, CloudLink.Listener told) {
        this.client = client;
        this.told = told;
    }

    /** Waits until the hub has taken note, for so many milliseconds. */
    void subscribe(int timeout) throws IotHubClientException, InterruptedException {
        CompletableFuture<Optional<IotHubClientException>> noted = new CompletableFuture<>();
        client.subscribeToMethodsAsync(
                (name, payload, context) -> new DirectMethodResponse(500, "not ready"),
                null,
                (failure, context) -> noted.complete(Optional.ofNullable(failure)),
                null);
        client.getConfig().setDirectMethodsMessageCallback((message, context) -> called(message), null);
        try {
            Optional<IotHubClientException> failure = noted.get(timeout, TimeUnit.MILLISECONDS);
            if (failure.isPresent()) {
                throw failure.get();
            }
        } catch (TimeoutException e) {
            throw new IotHubClientException(
                    IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT, "no answer to the subscription of methods", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private IotHubMessageResult called(Message message) {
        if (!(message instanceof IotHubTransportMessage call)
                || call.getDeviceOperationType() != DeviceOperations.DEVICE_OPERATION_METHOD_RECEIVE_REQUEST) {
            return IotHubMessageResult.ABANDON;
        }
        String name = call.getMethodName();
        String request = call.getRequestId();
        String payload = new String(call.getBytes(), StandardCharsets.UTF_8);
        CompletableFuture<MethodAnswer> answer = told.methodCalled(name, payload.isBlank() ? "null" : payload);
        awaited.put(request, answer);
        var unused = answer.whenComplete((given, failure) -> {
            awaited.remove(request);
            if (given != null && !closed) {
                reply(name, request, given);
            }
        });
        if (closed) {
            close();
        }
        return IotHubMessageResult.COMPLETE;
    }

    private void reply(String name, String request, MethodAnswer answer) {
        IotHubTransportMessage message = new IotHubTransportMessage(
                answer.payload().toString().getBytes(StandardCharsets.UTF_8), MessageType.DEVICE_METHODS);
        message.setRequestId(request);
        message.setStatus(String.valueOf(answer.status()));
        message.setDeviceOperationType(DeviceOperations.DEVICE_OPERATION_METHOD_SEND_RESPONSE);
        try {
            client.sendEventAsync(message, (sent, failure, context) -> {}, null);
        } catch (IllegalStateException e) {
            // the SDK says so when the connection went away in the meantime
            LOG.debug("event=method_not_answered method={}", name, e);
        }
    }

    /** Nobody waits for answers over this session any more. */
    @Override
    public void close() {
        closed = true;
        awaited.values().forEach(answer -> {
            var unused = answer.cancel(true);
        });
    }
}
