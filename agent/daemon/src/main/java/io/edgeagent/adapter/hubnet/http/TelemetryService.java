package io.edgeagent.adapter.hubnet.http;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubEntrance;
import io.edgeagent.hub.HubSession;
import io.edgeagent.hub.Message;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code POST /devices/{device}[/modules/{module}]/messages/events}: a message of somebody who keeps no connection, as IoT Hub's own REST
 * API takes it. It is answered once the message is on the disk.
 */
final class TelemetryService implements HttpService {
    private static final String PROPERTY = "iothub-app-";
    /** As Azure's clients send several messages in one body. */
    private static final String BATCH = "application/vnd.microsoft.iothub.json";

    private static final Map<String, String> SYSTEM = Map.of(
            "iothub-messageid", "messageId",
            "iothub-correlationid", "cid",
            "iothub-userid", "userId",
            "iothub-to", "to",
            "iothub-expiry", "absolute-expiry-time",
            "iothub-contenttype", Message.CONTENT_TYPE,
            "iothub-contentencoding", Message.CONTENT_ENCODING);

    private final HubEntrance entrance;

    TelemetryService(HubEntrance entrance) {
        this.entrance = entrance;
    }

    /** Whose messages a path takes; empty for any other path. */
    static Optional<ClientId> sender(List<String> path) {
        int size = path.size();
        boolean events = size >= 4
                && path.get(0).equals("devices")
                && path.get(size - 2).equals("messages")
                && path.get(size - 1).equals("events");
        if (!events || path.get(1).isEmpty() || path.get(size - 3).isEmpty()) {
            return Optional.empty();
        }
        boolean module = size == 6 && path.get(2).equals("modules");
        return module
                ? Optional.of(ClientId.module(path.get(1), path.get(3)))
                : Optional.of(ClientId.leaf(path.get(1))).filter(leaf -> size == 4);
    }

    @Override
    public Optional<HttpAnswer> refuses(HttpRequest request) {
        if (!request.method().equals("POST")) {
            return Optional.of(HttpAnswer.text(405, "a message is sent by POST"));
        }
        Optional<HttpAnswer> refusal = entrance.refusal(
                        sender(request.path()).orElseThrow(),
                        new HubEntrance.Proof(request.head().field("authorization"), request.chain()))
                .map(reason -> HttpAnswer.message(401, reason));
        return refusal.isEmpty() && request.head().field("content-type").startsWith(BATCH)
                ? Optional.of(HttpAnswer.message(415, "a request has one message, not a batch"))
                : refusal;
    }

    @Override
    public void serve(HttpRequest request, byte[] body, Consumer<HttpAnswer> answer) {
        Message message = message(request, body);
        if (message.size() > Message.MAX_SIZE) {
            answer.accept(HttpAnswer.message(413, "a message has at most " + Message.MAX_SIZE + " bytes"));
            return;
        }
        entrance.publish(message, new HubSession.Taking() {
            @Override
            public void taken() {
                answer.accept(HttpAnswer.NO_CONTENT);
            }

            @Override
            public boolean refused(String reason) {
                answer.accept(HttpAnswer.message(503, reason));
                return true;
            }
        });
    }

    /** Names of header fields have no case, so those of properties come in small letters. */
    private static Message message(HttpRequest request, byte[] body) {
        Map<String, String> system = new LinkedHashMap<>();
        Map<String, String> application = new LinkedHashMap<>();
        request.head().fields().forEach((name, value) -> {
            if (SYSTEM.containsKey(name)) {
                system.put(SYSTEM.get(name), value);
            } else if (name.startsWith(PROPERTY) && name.length() > PROPERTY.length()) {
                application.put(name.substring(PROPERTY.length()), value);
            }
        });
        return new Message(
                sender(request.path()).orElseThrow(), Optional.empty(), system, application, ByteBuffer.wrap(body));
    }
}
