package io.edgeagent.hub;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Direct methods of one client: each call ends with exactly one answer, at the latest when its client goes. */
final class MethodDesk {
    /** A client that has just connected may not have subscribed yet (hub contract 8.10). */
    static final Duration SUBSCRIPTION_PATIENCE = Duration.ofSeconds(3);

    static final Duration ANSWER_PATIENCE = Duration.ofMinutes(6);
    private static final int MOST_CALLS = 50;

    private final HubRuntime runtime;
    private final Map<String, Call> open = new HashMap<>();
    private Optional<HubClient> client = Optional.empty();
    private Optional<Long> connectedAt = Optional.empty();

    /** @param payload JSON text */
    record Answer(int status, String payload) {
        static Answer error(int status, String reason) {
            return new Answer(status, "{\"message\":\"" + reason + "\"}");
        }
    }

    private static final class Call {
        private final HubClient.MethodCall call;
        private final Consumer<Answer> caller;
        private HubRuntime.Cancellation timeout;
        private boolean passedOn;

        private Call(HubClient.MethodCall call, Consumer<Answer> caller) {
            this.call = call;
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
        open.values().forEach(this::passOn);
    }

    void doesNotListen() {
        client = Optional.empty();
    }

    void disconnected() {
        client = Optional.empty();
        connectedAt = Optional.empty();
        for (String id : List.copyOf(open.keySet())) {
            end(id, Answer.error(504, "the module disconnected before it answered"));
        }
    }

    /** @param caller is answered once, on this thread, maybe at once */
    void call(HubClient.MethodCall call, Consumer<Answer> caller) {
        if (open.size() >= MOST_CALLS || open.containsKey(call.id())) {
            caller.accept(Answer.error(429, "too many calls wait for this module"));
            return;
        }
        boolean mayStillSubscribe =
                connectedAt.isPresent() && runtime.nanos() - connectedAt.get() < SUBSCRIPTION_PATIENCE.toNanos();
        if (client.isEmpty() && !mayStillSubscribe) {
            caller.accept(Answer.error(404, "the module is not connected, or takes no methods"));
            return;
        }
        Call made = new Call(call, caller);
        open.put(call.id(), made);
        Duration patience = client.isPresent() ? ANSWER_PATIENCE : SUBSCRIPTION_PATIENCE;
        made.timeout = runtime.after(
                patience,
                () -> end(
                        call.id(),
                        made.passedOn
                                ? Answer.error(504, "the module did not answer in time")
                                : Answer.error(404, "the module takes no methods")));
        if (client.isPresent()) {
            passOn(made);
        }
    }

    private void passOn(Call made) {
        if (!made.passedOn) {
            made.passedOn = true;
            made.timeout.cancel();
            made.timeout = runtime.after(
                    ANSWER_PATIENCE, () -> end(made.call.id(), Answer.error(504, "the module did not answer in time")));
            client.ifPresent(listener -> listener.invoke(made.call));
        }
    }

    /** The client answers; an answer to nothing is ignored. */
    void answered(String id, int status, String payload) {
        end(id.toLowerCase(Locale.ROOT), new Answer(status, payload));
    }

    private void end(String id, Answer answer) {
        Call made = open.remove(id);
        if (made != null) {
            made.timeout.cancel();
            made.caller.accept(answer);
        }
    }
}
