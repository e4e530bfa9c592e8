package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Direct methods that wait for their callee to connect or to answer. */
public final class MethodCalls {
    /** Direct method documentation, "Method lifecycle". */
    private static final int MAX_PAYLOAD_BYTES = 128 * 1024;

    /** The same page's characters; # and + besides, which no MQTT topic may hold. */
    private static final Pattern NAME = Pattern.compile("[!-~&&[^$()<>@,;:\\\\\"/\\[\\]?={}#+]]+");

    private final Registry registry;
    private final ScheduledExecutorService hubThread;
    private final Map<Call, Future<?>> waiting = new LinkedHashMap<>();
    private final Map<String, Call> sent = new HashMap<>();
    private long lastRequest;

    MethodCalls(Registry registry, ScheduledExecutorService hubThread) {
        this.registry = registry;
        this.hubThread = hubThread;
    }

    private record Call(
            Identity callee,
            String method,
            JsonNode payload,
            Duration responseTimeout,
            CompletableFuture<MethodResult> result,
            Optional<ClientConnection> connection,
            Optional<Future<?>> timer) {

        Call sentOver(ClientConnection client, Future<?> responseTimer) {
            return new Call(
                    callee, method, payload, responseTimeout, result, Optional.of(client), Optional.of(responseTimer));
        }

        void fail(HubError error, String message) {
            result.completeExceptionally(new HubException(error, message));
        }
    }

    /**
     * Calls a method.
     *
     * @param payload any JSON
     * @param connectTimeout how long to wait for a callee that is not connected; zero does not wait
     * @return completes on the hub's thread; fails with a {@link HubException}: 404 DEVICE_NOT_ONLINE, 504 GATEWAY_TIMEOUT
     */
    public CompletableFuture<MethodResult> invoke(
            IdentityName name, String method, JsonNode payload, Duration responseTimeout, Duration connectTimeout) {
        Identity callee = registry.get(name);
        if (!NAME.matcher(method).matches()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    "methodName must be printable ASCII without blanks and without $ ( ) < > @ , ; : \\ \" / [ ] ? = { } # +");
        }
        if (HubJson.bytes(payload).length > MAX_PAYLOAD_BYTES) {
            throw new HubException(
                    HubError.TOO_LARGE, "A method's payload has at most " + MAX_PAYLOAD_BYTES + " bytes.");
        }
        CompletableFuture<MethodResult> result = new CompletableFuture<>();
        Call call = new Call(callee, method, payload, responseTimeout, result, Optional.empty(), Optional.empty());
        if (!send(call)) {
            if (connectTimeout.isZero()) {
                call.fail(HubError.DEVICE_NOT_ONLINE, "Timed out waiting for device to connect.");
            } else {
                waiting.put(call, after(connectTimeout, () -> {
                    waiting.remove(call);
                    call.fail(HubError.DEVICE_NOT_ONLINE, "Timed out waiting for device to connect.");
                }));
            }
        }
        return result;
    }

    /** Takes an answer; one that comes too late, or from somebody else, is dropped. */
    public void onResponse(Identity from, String requestId, int status, byte[] body) {
        Call call = sent.get(requestId);
        if (call == null || !call.callee().equals(from)) {
            return;
        }
        sent.remove(requestId);
        call.timer().ifPresent(timer -> timer.cancel(false));
        try {
            call.result()
                    .complete(
                            new MethodResult(status, body.length == 0 ? NullNode.getInstance() : HubJson.parse(body)));
        } catch (IOException e) {
            call.fail(HubError.SERVER_ERROR, "The answer to the method is no JSON.");
        }
    }

    /** To be called when an identity has connected or subscribed. */
    void onReady(Identity identity) {
        for (Call call : List.copyOf(waiting.keySet())) {
            if (call.callee().equals(identity) && send(call)) {
                waiting.remove(call).cancel(false);
            }
        }
    }

    void onDisconnected(ClientConnection connection) {
        for (Iterator<Call> calls = sent.values().iterator(); calls.hasNext(); ) {
            Call call = calls.next();
            if (call.connection().equals(Optional.of(connection))) {
                calls.remove();
                call.timer().ifPresent(timer -> timer.cancel(false));
                call.fail(HubError.DEVICE_NOT_ONLINE, "The device closed its connection before it answered.");
            }
        }
    }

    private boolean send(Call call) {
        String requestId = Long.toHexString(lastRequest + 1);
        String topic = Topics.methodCall(call.method(), requestId);
        Optional<ClientConnection> client = call.callee().listener(topic);
        if (client.isEmpty()) {
            return false;
        }
        lastRequest++;
        Future<?> timer = after(call.responseTimeout(), () -> {
            sent.remove(requestId);
            call.fail(HubError.GATEWAY_TIMEOUT, "Timed out waiting for the response from device.");
        });
        sent.put(requestId, call.sentOver(client.get(), timer));
        client.get().publish(topic, HubJson.bytes(call.payload()));
        return true;
    }

    private Future<?> after(Duration delay, Runnable task) {
        return hubThread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
