package io.edgeagent.conductor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.Printable;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.Operations;
import io.edgeagent.twin.DirectMethods;
import io.edgeagent.twin.MethodAnswer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Calls from the cloud and from the command on the board; what the conductor has to do with is done on its thread. Any thread. */
final class ConductorCalls implements Operations {
    private static final Logger LOG = LoggerFactory.getLogger(ConductorCalls.class);
    private static final Duration PATIENCE = Duration.ofSeconds(25);
    /** IoT Edge's bound of a direct method. */
    private static final Duration PATIENCE_OF_CLOUD = Duration.ofMinutes(10);

    private final Executor loop;
    private final DirectMethods methods;
    private final Questions questions;

    /** What the conductor answers, each asked on its thread. */
    record Questions(Supplier<ObjectNode> status, Supplier<ObjectNode> twin, Supplier<ArrayNode> metrics) {}

    /** @param methods called on any thread */
    ConductorCalls(Executor loop, DirectMethods methods, Questions questions) {
        this.loop = loop;
        this.methods = methods;
        this.questions = questions;
    }

    @Override
    public ObjectNode status() {
        return ask(questions.status());
    }

    @Override
    public ObjectNode twin() {
        return ask(questions.twin());
    }

    @Override
    public ArrayNode metrics() {
        return ask(questions.metrics());
    }

    private <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(() -> answer.complete(question.get()));
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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
        MethodAnswer result = await(call("RestartModule", payload));
        return result.status() == 200
                ? Optional.empty()
                : Optional.of(new Problem(
                        ErrorCode.INTERNAL, result.payload().path("message").asText("the call failed")));
    }

    /** Answers a direct method. Does not block. */
    CompletableFuture<MethodAnswer> call(String method, String payload) {
        CompletableFuture<MethodAnswer> answer = methods.call(method, payload);
        var unused = answer.whenComplete((given, failure) -> LOG.atLevel(
                        // a sign of life, which some ask for each minute
                        method.equals("ping") ? Level.DEBUG : Level.INFO)
                .log(
                        "event=method_called method={} status={}",
                        Printable.of(method, 60),
                        given == null ? "cancelled" : String.valueOf(given.status())));
        return answer;
    }

    /**
     * Has a method answered on the conductor's thread.
     *
     * @param method what it does there; its answer may come later
     */
    static CompletableFuture<MethodAnswer> onLoop(Executor loop, Supplier<CompletableFuture<MethodAnswer>> method) {
        CompletableFuture<MethodAnswer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            var unused = DirectMethods.attempt(method).thenAccept(answer::complete);
        });
        return answer.completeOnTimeout(
                MethodAnswer.error(500, "the agent did not get to it in time"),
                PATIENCE_OF_CLOUD.toSeconds(),
                TimeUnit.SECONDS);
    }

    private MethodAnswer await(CompletableFuture<MethodAnswer> answer) {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MethodAnswer.error(500, "the agent is stopping");
        } catch (ExecutionException | TimeoutException e) {
            return MethodAnswer.error(500, "the agent did not answer in time: " + e);
        }
    }
}
