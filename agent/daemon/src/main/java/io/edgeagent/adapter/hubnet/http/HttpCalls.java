package io.edgeagent.adapter.hubnet.http;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.HubEntrance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests by HTTP/1.1 on one connection, one after another (RFC 9112). A connection is nobody's: each request says who sends it. So
 * its place is among those of strangers, and a request that is refused ends it.
 */
public final class HttpCalls implements Wire.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);
    /** For a whole request, from its first byte. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private final EventLoop loop;
    private final HttpService service;
    private final HttpHead first;
    private Wire wire;
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private Optional<Exchange> current = Optional.empty();
    private boolean begun;
    private boolean over;

    /** One request and what becomes of it. */
    private record Exchange(HttpRequest request, Optional<HttpAnswer> refusal, HttpBody body, boolean served) {
        Exchange asServed() {
            return new Exchange(request, refusal, body, true);
        }
    }

    private HttpCalls(EventLoop loop, HttpService service, HttpHead first) {
        this.loop = loop;
        this.service = service;
        this.first = first;
    }

    /**
     * Direct methods that modules call, and messages of those that send them by HTTPS.
     *
     * @param first the head that has come already
     */
    public static HttpCalls ofHub(EventLoop loop, HubEntrance entrance, HttpHead first) {
        return new HttpCalls(loop, new HubService(entrance), first);
    }

    /** What is answered to {@code GET /metrics}. For the loop's thread. */
    public interface Figures {
        /** Of the text. */
        String type();

        /** @param answer is given the text, at once or later; empty if there is none now */
        void collect(Consumer<Optional<String>> answer);
    }

    /**
     * Figures for Prometheus.
     *
     * @param first the head that has come already
     */
    public static HttpCalls metrics(EventLoop loop, Figures figures, HttpHead first) {
        return new HttpCalls(loop, new MetricsService(figures), first);
    }

    @Override
    public void opened(Wire opened) {
        wire = opened;
        begin(first);
    }

    @Override
    public void read(ByteBuffer in) throws Wire.ProtocolViolation {
        while (!over) {
            if (current.isPresent()) {
                if (current.get().served()) {
                    // the next one waits for its turn
                    wire.pauseReading();
                    return;
                }
                if (!takeBody(current.get(), in)) {
                    return;
                }
            } else {
                skipEmptyLines(in);
                Optional<HttpHead> head = HttpHead.next(in);
                if (head.isEmpty()) {
                    if (in.hasRemaining() && !begun) {
                        begun = true;
                        watch(PATIENCE, "a request took longer than " + PATIENCE.toSeconds() + " s to come");
                    }
                    return;
                }
                begin(head.get());
            }
        }
        in.position(in.limit());
    }

    private static void skipEmptyLines(ByteBuffer in) {
        while (in.remaining() >= 2 && in.get(in.position()) == '\r' && in.get(in.position() + 1) == '\n') {
            in.position(in.position() + 2);
        }
    }

    private void begin(HttpHead head) {
        watch(PATIENCE, "a request took longer than " + PATIENCE.toSeconds() + " s to come");
        Optional<HttpRequest> request = HttpRequest.of(head, wire.certificates());
        if (request.isEmpty()) {
            last(HttpAnswer.message(400, "the first line is not a request"));
            return;
        }
        Optional<HttpAnswer> refusal = service.refuses(request.get());
        Optional<HttpBody> body = HttpBody.of(head, HttpService.LARGEST_BODY, refusal.isEmpty());
        if (body.isEmpty()) {
            last(HttpAnswer.message(400, "the request does not say how long its body is"));
            return;
        }
        boolean waits = head.lists("expect", "100-continue");
        if (waits && refusal.isPresent()) {
            last(refusal.get());
            return;
        }
        if (waits) {
            wire.write(ByteBuffer.wrap(CONTINUE.getBytes(StandardCharsets.US_ASCII)));
        }
        Exchange exchange = new Exchange(request.get(), refusal, body.get(), false);
        current = Optional.of(exchange);
        try {
            // there may be no body at all
            takeBody(exchange, ByteBuffer.allocate(0));
        } catch (Wire.ProtocolViolation e) {
            wire.close(e.getMessage());
        }
    }

    /** @return whether there is anything to go on with */
    private boolean takeBody(Exchange exchange, ByteBuffer in) throws Wire.ProtocolViolation {
        if (!exchange.body().take(in)) {
            if (exchange.body().isTooLarge()) {
                last(HttpAnswer.message(413, "a body has at most " + HttpService.LARGEST_BODY + " bytes"));
                return true;
            }
            return false;
        }
        if (exchange.refusal().isPresent()) {
            // only now: a client that is still sending would not read it
            last(exchange.refusal().get());
            return true;
        }
        timer.ifPresent(EventLoop.Timer::cancel);
        Exchange served = exchange.asServed();
        current = Optional.of(served);
        service.serve(exchange.request(), exchange.body().bytes(), answer -> answered(served, answer));
        return true;
    }

    private void answered(Exchange exchange, HttpAnswer answer) {
        if (over || current.filter(exchange::equals).isEmpty()) {
            return;
        }
        if (!exchange.request().keepsAlive()) {
            last(answer);
            return;
        }
        wire.write(answer.bytes(false));
        current = Optional.empty();
        begun = false;
        watch(IDLE, "no request came for " + IDLE.toMinutes() + " min");
        wire.resumeReading();
    }

    private void last(HttpAnswer answer) {
        wire.write(answer.bytes(true));
        over = true;
        wire.close("its request was answered with " + answer.status());
    }

    private void watch(Duration time, String reason) {
        timer.ifPresent(EventLoop.Timer::cancel);
        timer = Optional.of(loop.schedule(time, () -> wire.close(reason)));
    }

    @Override
    public void closed(String reason) {
        over = true;
        timer.ifPresent(EventLoop.Timer::cancel);
        LOG.debug("event=http_ended reason=\"{}\"", reason);
    }
}
