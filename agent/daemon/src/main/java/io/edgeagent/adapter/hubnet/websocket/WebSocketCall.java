package io.edgeagent.adapter.hubnet.websocket;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.HttpExchange;
import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.adapter.hubnet.Wire;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Asks an IoT Hub for a WebSocket in which MQTT is spoken, in the words of Azure's clients. */
public final class WebSocketCall extends HttpExchange {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MAX_QUOTED = 100;

    private final String host;
    private final RandomGenerator random;
    private final Wire.Reader inside;
    private String key = "";

    /** @param random cannot be foretold: it makes the masks */
    public WebSocketCall(EventLoop loop, String host, RandomGenerator random, Wire.Reader inside) {
        super(loop, PATIENCE);
        this.host = host;
        this.random = random;
        this.inside = inside;
    }

    @Override
    protected void begin(Wire opened) {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
        opened.write(Handshake.lines(
                "GET " + Handshake.PATH + "?iothub-no-client-cert=true HTTP/1.1",
                "Host: " + host,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: " + key,
                "Sec-WebSocket-Protocol: " + Handshake.MQTT,
                "Sec-WebSocket-Version: 13"));
    }

    @Override
    protected Optional<Wire.Reader> take(HttpHead head, Wire from) throws Wire.ProtocolViolation {
        if (!head.start().startsWith("HTTP/1.1 101")
                || !head.field("sec-websocket-accept").equals(Handshake.accept(key))) {
            String said = head.start().replaceAll("[^ -~]", "?");
            throw new Wire.ProtocolViolation(host + " does not open a WebSocket for MQTT: it said "
                    + said.substring(0, Math.min(MAX_QUOTED, said.length())));
        }
        return Optional.of(WebSocketLayer.client(loop(), inside, random));
    }

    @Override
    protected void failed(String reason) {
        inside.closed(reason);
    }
}
