package io.edgeagent.hub;

import io.edgeagent.hub.MethodEnding.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Direct methods of one client. Each call ends with exactly one answer: the client's, or at the latest when its time is over or the
 * client goes that has it.
 */
final class MethodDesk {
    /** A client that has just connected may not have subscribed yet (hub contract 8.10). */
    static final Duration SUBSCRIPTION_PATIENCE = Duration.ofSeconds(3);

    /** What the cloud waits, and a little more: it ends its calls itself. */
    static final HubEntrance.Patience OF_CLOUD = new HubEntrance.Patience(Duration.ZERO, Duration.ofMinutes(6));

    private static final int MOST_CALLS = 50;

    private final HubRuntime runtime;
    private final Map<String, Call> open = new HashMap<>();
    private Optional<HubClient> client = Optional.empty();
    private Optional<Long> connectedAt = Optional.empty();

    private static final class Call {
        private final HubClient.MethodCall call;
        private final Duration patience;
        private final Consumer<MethodEnding> caller;
        private HubRuntime.Cancellation timeout = () -> {};
        private boolean passedOn;

        private Call(HubClient.MethodCall call, Duration patience, Consumer<MethodEnding> caller) {
            this.call = call;
            this.patience = patience;
            this.caller = caller;
        }
    }

    MethodDesk(HubRuntime runtime) {
        this.runtime = runtime;
    }

    void connected() {
        connectedAt = Optional.of(runtime.nanos());
    }

    void listens(HubClient listener) {
        client = Optional.of(listener);
        List.copyOf(open.values()).forEach(this::passOn);
    }

    void doesNotListen() {
        client = Optional.empty();
    }

    /** Calls that the client has not seen go on waiting for it. */
    void disconnected() {
        client = Optional.empty();
        connectedAt = Optional.empty();
        for (Call made : List.copyOf(open.values())) {
            if (made.passedOn) {
                end(made, Outcome.NO_ANSWER, 504, "the client disconnected before it answered");
            }
        }
    }

    /** @param caller is answered once, on this thread, maybe at once */
    void call(HubClient.MethodCall call, HubEntrance.Patience patience, Consumer<MethodEnding> caller) {
        if (open.size() >= MOST_CALLS || open.containsKey(call.id())) {
            caller.accept(MethodEnding.failed(Outcome.TOO_MANY, 429, "too many calls wait for this client"));
            return;
        }
        Duration wait = patience.connect();
        if (mayStillSubscribe() && wait.compareTo(SUBSCRIPTION_PATIENCE) < 0) {
            wait = SUBSCRIPTION_PATIENCE;
        }
        if (client.isEmpty() && wait.isZero()) {
            caller.accept(notThere());
            return;
        }
        Call made = new Call(call, patience.answer(), caller);
        open.put(call.id(), made);
        if (client.isPresent()) {
            passOn(made);
        } else {
            made.timeout = runtime.after(wait, () -> end(made, notThere()));
        }
    }

    private boolean mayStillSubscribe() {
        return connectedAt.isPresent() && runtime.nanos() - connectedAt.get() < SUBSCRIPTION_PATIENCE.toNanos();
    }

    private static MethodEnding notThere() {
        return MethodEnding.failed(Outcome.NOT_THERE, 404, "the client is not connected, or takes no methods");
    }

    private void passOn(Call made) {
        if (!made.passedOn) {
            made.passedOn = true;
            made.timeout.cancel();
            made.timeout = runtime.after(
                    made.patience, () -> end(made, Outcome.NO_ANSWER, 504, "the client did not answer in time"));
            client.ifPresent(listener -> listener.invoke(made.call));
        }
    }

    /** The client answers; an answer to nothing, or to a call that it was not given, is ignored. */
    void answered(String id, int status, String payload) {
        Call made = open.get(id.toLowerCase(Locale.ROOT));
        if (made != null && made.passedOn) {
            end(made, MethodEnding.of(status, payload));
        }
    }

    private void end(Call made, Outcome outcome, int status, String reason) {
        end(made, MethodEnding.failed(outcome, status, reason));
    }

    private void end(Call made, MethodEnding answer) {
        if (open.remove(made.call.id(), made)) {
            made.timeout.cancel();
            made.caller.accept(answer);
        }
    }
}
