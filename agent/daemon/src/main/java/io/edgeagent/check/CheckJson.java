package io.edgeagent.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Answers in the shape of iotedge's JSON, with the command that helps beside. */
public final class CheckJson implements CheckRun.Listener {
    private final ObjectNode json = Json.MAPPER.createObjectNode();
    private final ObjectNode checks;

    /** @param version of the agent */
    public CheckJson(String version) {
        json.putObject("additional_info").put("version", version);
        checks = json.putObject("checks");
    }

    public ObjectNode toJson() {
        return json;
    }

    @Override
    public void section(String name) {
        // programs group as they like
    }

    @Override
    public void stillAsking(Check check, Duration since) {
        // nobody watches
    }

    @Override
    public void answered(Check check, Verdict verdict) {
        ObjectNode node = checks.putObject(check.id());
        ObjectNode result =
                node.putObject("result").put("result", verdict.level().name().toLowerCase(Locale.ROOT));
        List<String> lines = verdict.text().lines().toList();
        if (!lines.isEmpty()) {
            lines.forEach(result.putArray("details")::add);
        }
        verdict.fix().ifPresent(fix -> result.put("fix", fix));
        ObjectNode more = node.putObject("additional_info");
        if (!verdict.details().isEmpty()) {
            verdict.details().forEach(more.putArray("details")::add);
        }
    }
}
