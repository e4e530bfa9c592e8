package io.edgeagent.adapter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.ModuleMemory;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import java.time.Instant;
import java.util.Optional;

/** {@link ModuleMemory} in the file. What cannot be read back is left out: the agent then starts the module's counts afresh. */
final class MemoryJson {
    private MemoryJson() {}

    static ObjectNode write(ModuleMemory memory) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("fingerprint", memory.fingerprint());
        memory.outdated().ifPresent(problem -> json.put("outdated", problem.text()));
        memory.rejection().ifPresent(problem -> json.put("rejection", problem.text()));
        json.put("halted", memory.halted());
        json.put("restarts", memory.restarts());
        memory.lastRestart().ifPresent(time -> json.put("lastRestart", time.toEpochMilli()));
        json.put("upContainer", memory.upContainer());
        json.put("upBoot", memory.upBoot());
        json.put("upEngine", memory.upEngine());
        return json;
    }

    static ModuleMemory read(JsonNode json) {
        JsonNode lastRestart = json.path("lastRestart");
        return new ModuleMemory(
                json.path("fingerprint").asText(),
                problem(json.path("outdated"), ErrorCode.REGISTRY_UNREACHABLE),
                problem(json.path("rejection"), ErrorCode.UPDATE_ROLLED_BACK),
                json.path("halted").asBoolean(),
                Math.max(0, json.path("restarts").asInt()),
                lastRestart.canConvertToLong()
                        ? Optional.of(Instant.ofEpochMilli(lastRestart.longValue()))
                        : Optional.empty(),
                json.path("upContainer").asText(),
                json.path("upBoot").asText(),
                json.path("upEngine").asText());
    }

    private static Optional<Problem> problem(JsonNode text, ErrorCode code) {
        return text.isTextual() ? Optional.of(new Problem(code, text.textValue())) : Optional.empty();
    }
}
