package io.edgeagent.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The two sides of the twin, reduced to what a person compares: nothing in it is a secret. See {@link io.edgeagent.ops.Operations#twin}. */
public final class TwinView {
    private TwinView() {}

    /**
     * @param desired section as the hub said it
     * @param version of it
     * @param reported section as the hub holds it
     */
    public static ObjectNode of(Optional<ObjectNode> desired, long version, Optional<ObjectNode> reported) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        desired.ifPresent(section -> modules(section, view.putObject("desired").put("version", version), "status"));
        reported.ifPresent(section -> {
            ObjectNode side = view.putObject("reported");
            side.put("version", section.path("lastDesiredVersion").asLong());
            side.put("code", section.path("lastDesiredStatus").path("code").asInt());
            side.put(
                    "description",
                    section.path("lastDesiredStatus").path("description").asText(""));
            modules(section, side, "runtimeStatus");
        });
        return view;
    }

    private static void modules(ObjectNode section, ObjectNode side, String status) {
        ObjectNode modules = side.putObject("modules");
        section.path("modules").properties().forEach(entry -> {
            JsonNode module = entry.getValue();
            ObjectNode known = modules.putObject(entry.getKey());
            known.put("status", module.path(status).asText(""));
            String image = module.path("settings").path("image").asText("");
            if (!image.isEmpty()) {
                known.put("image", image);
            }
        });
    }
}
