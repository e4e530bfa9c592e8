package io.edgeagent.adapter.hubnet;

import io.edgeagent.upstream.ConnectRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks a proxy for a connection to a host; what comes after its answer is the host's. */
final class TunnelExchange extends HttpExchange {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ConnectRequest request;
    private final Wire.Reader beyond;

    /** @param beyond reads what the host sends */
    TunnelExchange(EventLoop loop, ConnectRequest request, Wire.Reader beyond) {
        super(loop, PATIENCE);
        this.request = request;
        this.beyond = beyond;
    }

    @Override
    protected void begin(Wire opened) {
        opened.write(ByteBuffer.wrap(request.text().getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    protected Optional<Wire.Reader> take(HttpHead head, Wire from) throws Wire.ProtocolViolation {
        Optional<String> refusal = request.refusal(head.start());
        if (refusal.isPresent()) {
            throw new Wire.ProtocolViolation(refusal.get());
        }
        return Optional.of(beyond);
    }

    @Override
    protected void failed(String reason) {
        beyond.closed(
                reason.contains(request.proxy().toString()) ? reason : "the proxy " + request.proxy() + ": " + reason);
    }
}
