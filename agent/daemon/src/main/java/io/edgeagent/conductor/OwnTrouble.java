package io.edgeagent.conductor;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.runtime.Pulse;
import io.edgeagent.runtime.SavedState;
import java.util.List;
import java.util.Optional;

/** What is wrong with the agent itself, not with its surroundings. */
final class OwnTrouble {
    private OwnTrouble() {}

    static Optional<Problem> of(Pulse pulse, List<SavedState<?>> unsaved) {
        return pulse.stalled()
                .map(what ->
                        "stalled: " + what + " is missing for more than " + Pulse.TOO_LONG.toMinutes() + " minutes")
                .or(() -> unsaved.stream()
                        .flatMap(state -> state.failure().stream())
                        .map(failure -> "its state cannot be written: " + failure.getMessage())
                        .findFirst())
                .map(text -> new Problem(ErrorCode.INTERNAL, text));
    }
}
