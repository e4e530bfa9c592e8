package io.edgeagent.adapter.hubnet.websocket;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.HttpExchange;
import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.adapter.hubnet.Wire;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients meet on the port of HTTPS: a WebSocket, by one of the protocols that are spoken in it, or requests by HTTP. */
public final class WebSocketDoor extends HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketDoor.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern REQUEST = Pattern.compile("([A-Z]{1,20}) ([^ ?]{1,2000})(?:\\?[^ ]*)? HTTP/1\\.[0-9]");
    private static final int KEY_BYTES = 16;

    private final Map<String, Supplier<Wire.Reader>> protocols;
    private final Function<HttpHead, Wire.Reader> requests;

    /**
     * @param protocols what is spoken in a WebSocket, by the subprotocol's name in small letters
     * @param requests answers what does not ask for a WebSocket, from this head on
     */
    public WebSocketDoor(
            EventLoop loop, Map<String, Supplier<Wire.Reader>> protocols, Function<HttpHead, Wire.Reader> requests) {
        super(loop, PATIENCE);
        this.protocols = Map.copyOf(protocols);
        this.requests = requests;
    }

    @Override
    protected Optional<Wire.Reader> take(HttpHead head, Wire from) {
        Matcher request = REQUEST.matcher(head.start());
        if (!request.matches()) {
            return refuse(from, "400 Bad Request");
        }
        if (!request.group(2).replace("%24", "$").equals(Handshake.PATH)) {
            return Optional.of(requests.apply(head));
        }
        if (!request.group(1).equals("GET")
                || !head.lists("upgrade", "websocket")
                || !head.lists("connection", "upgrade")
                || !head.field("sec-websocket-version").equals("13")) {
            return refuse(
                    from,
                    "426 Upgrade Required",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13");
        }
        // the first one that is known here
        Optional<String> protocol = head.list("sec-websocket-protocol").stream()
                .filter(offered -> protocols.containsKey(offered.toLowerCase(Locale.ROOT)))
                .findFirst();
        String key = head.field("sec-websocket-key");
        if (protocol.isEmpty() || !isKey(key)) {
            return refuse(from, "400 Bad Request");
        }
        from.write(Handshake.lines(
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: " + Handshake.accept(key),
                "Sec-WebSocket-Protocol: " + protocol.get()));
        Wire.Reader inside =
                protocols.get(protocol.get().toLowerCase(Locale.ROOT)).get();
        return Optional.of(WebSocketLayer.server(loop(), inside));
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<Wire.Reader> refuse(Wire from, String status, String... fields) {
        String more = fields.length == 0 ? "Connection: close" : String.join("\r\n", fields);
        from.write(Handshake.lines("HTTP/1.1 " + status, more, "Content-Length: 0"));
        from.close("its request was answered with " + status);
        return Optional.empty();
    }

    @Override
    protected void failed(String reason) {
        LOG.debug("event=http_ended reason=\"{}\"", reason);
    }
}
