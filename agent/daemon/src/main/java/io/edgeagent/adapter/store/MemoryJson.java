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
        memory.rejection().ifPresent(problem -> json.put("rejection", problem.text()));
        json.put("halted", memory.halted());
        json.put("restarts", memory.restarts());
        memory.lastRestart().ifPresent(time -> json.put("lastRestart", time.toEpochMilli()));
        json.put("upContainer", memory.upContainer());
        json.put("upBoot", memory.upBoot());
        return json;
    }

    static ModuleMemory read(JsonNode json) {
        JsonNode rejection = json.path("rejection");
        JsonNode lastRestart = json.path("lastRestart");
        return new ModuleMemory(
                json.path("fingerprint").asText(),
                rejection.isTextual()
                        ? Optional.of(new Problem(ErrorCode.UPDATE_ROLLED_BACK, rejection.textValue()))
                        : Optional.empty(),
                json.path("halted").asBoolean(),
                Math.max(0, json.path("restarts").asInt()),
                lastRestart.canConvertToLong()
                        ? Optional.of(Instant.ofEpochMilli(lastRestart.longValue()))
                        : Optional.empty(),
                json.path("upContainer").asText(),
                json.path("upBoot").asText());
    }
}
