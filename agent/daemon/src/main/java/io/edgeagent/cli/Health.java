package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether all is well, from the agent's own account. */
record Health(List<List<String>> lines, boolean isGood) {

    static Health of(JsonNode status, Instant now) {
        List<List<String>> lines = new ArrayList<>();

        String since = ModuleTable.time(status.path("startTime").asText())
                .map(start -> ", up " + Terminal.since(start, now))
                .orElse("");
        lines.add(List.of("agent", "edge-agent " + status.path("version").asText() + since));
        lines.add(List.of(
                "device",
                status.path("device").asText() + " on " + status.path("hub").asText()));
        boolean link = status.at("/link/up").asBoolean();
        lines.add(List.of("hub link", link ? "up" : "down: " + reason(status.path("link"), "not connected yet")));
        if (!link) {
            lines.add(List.of("", "modules keep running; the agent keeps trying"));
        }
        boolean engine = status.at("/engine/up").asBoolean();
        // an agent that waits for its device's name has not looked at it yet
        if (status.has("engine")) {
            lines.add(List.of("engine", engine ? "up" : "away: " + reason(status.path("engine"), "")));
        }
        if (!engine && status.has("engine")) {
            lines.add(List.of("", "try: sudo systemctl status docker"));
        }
        int code = status.at("/deployment/code").asInt(0);
        lines.add(List.of("deployment", deployment(status.path("deployment"), code)));
        boolean good = link && engine && code == 200;
        int wanted = 0;
        int running = 0;
        for (Map.Entry<String, JsonNode> module : status.path("modules").properties()) {
            String runtime = module.getValue().path("runtimeStatus").asText();
            boolean asWanted = runtime.equals("running")
                    || module.getValue().path("desiredStatus").asText().equals("stopped")
                    // it came to its end and its restart policy leaves it there
                    || (runtime.equals("stopped")
                            && module.getValue().path("exitCode").asInt() == 0);
            wanted++;
            running += asWanted ? 1 : 0;
            if (!asWanted) {
                good = false;
                lines.add(List.of(
                        module.getKey(),
                        runtime + ": " + module.getValue().path("description").asText()));
            }
        }
        lines.add(List.of("modules", running + " of " + wanted + " as they should be"));
        return new Health(lines, good);
    }

    private static String reason(JsonNode part, String otherwise) {
        return part.path("reason").asText(otherwise);
    }

    private static String deployment(JsonNode deployment, int code) {
        if (code == 0) {
            return "none received yet";
        }
        String description = deployment.path("description").asText();
        return "version " + deployment.path("version").asLong() + ", "
                + (code == 200
                        ? "applied" + (description.isEmpty() ? "" : "; " + description)
                        : code + " " + description);
    }

    String text() {
        return Terminal.table(lines.stream()
                .map(line -> line.stream().map(Terminal::plain).toList())
                .toList());
    }
}
