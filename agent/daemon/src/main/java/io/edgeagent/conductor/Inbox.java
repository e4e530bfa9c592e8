package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.cloud.CloudLink;
import io.edgeagent.cloud.MethodResult;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.Operations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the link, the workers and the command on the board leave their events for the conductor's thread, and wait for its answers. */
final class Inbox implements CloudLink.Listener, Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int QUEUE = 1024;
    private static final Duration METHOD_PATIENCE = Duration.ofSeconds(25);

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong overflows = new AtomicLong();

    /** The next event, or empty if none came in time. For the conductor's thread. */
    Optional<Event> next(long waitNanos) throws InterruptedException {
        return Optional.ofNullable(events.poll(waitNanos, TimeUnit.NANOSECONDS));
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    void post(Event event) {
        try {
            if (events.offer(event, 10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            // only who is being stopped is interrupted, and nobody waits for its events then
            Thread.currentThread().interrupt();
            return;
        }
        LOG.error("event=conductor_queue_overflow total={}", overflows.incrementAndGet());
    }

    @Override
    public void twinReceived(ObjectNode twinDesired, ObjectNode twinReported) {
        post(new Event.TwinReceived(twinDesired, twinReported));
    }

    @Override
    public void desiredPatched(ObjectNode patch) {
        post(new Event.DesiredPatched(patch));
    }

    @Override
    public void linkLost(Problem reason) {
        post(new Event.LinkLost(reason));
    }

    @Override
    public void reported() {
        post(new Event.Reported());
    }

    @Override
    public void reportFailed(Problem reason) {
        post(new Event.ReportFailed(reason));
    }

    @Override
    public ObjectNode status() {
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        post(new Event.StatusAsked(answer));
        try {
            return answer.get(METHOD_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.INTERNAL, "the agent is stopping");
        } catch (ExecutionException | TimeoutException e) {
            throw new ProblemException(ErrorCode.INTERNAL, "the agent did not answer in time");
        }
    }

    @Override
    public Optional<Problem> restart(String module) {
        String payload = Json.MAPPER
                .createObjectNode()
                .put("schemaVersion", "1.0")
                .put("id", module)
                .toString();
        MethodResult result = methodCalled("RestartModule", payload);
        return result.status() == 200
                ? Optional.empty()
                : Optional.of(new Problem(
                        ErrorCode.INTERNAL, result.payload().path("message").asText("it did not work")));
    }

    @Override
    public MethodResult methodCalled(String method, String payload) {
        CompletableFuture<MethodResult> answer = new CompletableFuture<>();
        post(new Event.MethodCalled(method, payload, answer));
        try {
            return answer.get(METHOD_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MethodResult.error(500, "the agent is stopping");
        } catch (ExecutionException | TimeoutException e) {
            return MethodResult.error(500, "the agent did not answer in time: " + e);
        }
    }
}
