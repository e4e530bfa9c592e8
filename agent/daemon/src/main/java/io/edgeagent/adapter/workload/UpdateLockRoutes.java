package io.edgeagent.adapter.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.UpdateLocks;
import java.time.Duration;

/** {@code /modules/<own>/update-lock}, which IoT Edge does not have: a module says that it must not be stopped for an update. */
final class UpdateLockRoutes {
    private static final int DEFAULT_SECONDS = 600;
    private static final int MOST_SECONDS = 3600;

    private UpdateLockRoutes() {}

    static Reply answer(UpdateLocks locks, String module, WorkloadRequest request) {
        switch (request.method()) {
            case "GET" -> {}
            case "PUT" -> {
                if (!locks.take(module, Duration.ofSeconds(seconds(request)))) {
                    throw new Refusal(409, "the module is being stopped");
                }
            }
            case "DELETE" -> locks.release(module);
            default -> throw new Refusal(400, "method not allowed");
        }
        UpdateLocks.State state = locks.state(module);
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("held", state.left().isPresent());
        state.left().ifPresent(left -> json.put("seconds", left.plusMillis(999).toSeconds()));
        return new Reply(200, json.put("updateWaits", state.awaited()));
    }

    private static int seconds(WorkloadRequest request) {
        if (request.body().isBlank()) {
            return DEFAULT_SECONDS;
        }
        JsonNode seconds = WorkloadRoutes.body(request).path("seconds");
        if (seconds.isMissingNode()) {
            return DEFAULT_SECONDS;
        }
        if (!seconds.isInt() || seconds.intValue() < 1 || seconds.intValue() > MOST_SECONDS) {
            throw new Refusal(422, "\"seconds\" is not a whole number from 1 to " + MOST_SECONDS);
        }
        return seconds.intValue();
    }
}
