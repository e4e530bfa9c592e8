package io.edgeagent.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the running agent knows of itself; skipped while none runs. */
final class AgentChecks {
    private static final String SECTION = "Agent checks";
    /** As {@link io.edgeagent.twin.LinkHistory} words it. */
    private static final String CLONE = "another board may use the identity";

    private static final List<Integer> HUB_PORTS = List.of(8883, 443, 5671);
    /** What the running agent says of a port that it did not get: "172.18.0.1:8883 belongs to nginx (process 812)". */
    private static final Pattern TAKEN = Pattern.compile(":(?:8883|443|5671)\\b");

    private final BoardSettings settings;
    private final AgentSight agent;
    private final HostSight host;
    private final StateSight state;
    private final Once<JsonNode> status;

    AgentChecks(BoardSettings settings, AgentSight agent, HostSight host, StateSight state) {
        this.settings = settings;
        this.agent = agent;
        this.host = host;
        this.state = state;
        this.status = new Once<>(() -> {
            try {
                return agent.status();
            } catch (ProblemException e) {
                throw new CannotAsk("the agent does not answer");
            }
        });
    }

    List<Check> all() {
        return List.of(
                new Check("agent-running", SECTION, "the agent runs", this::running),
                new Check("hub-link", SECTION, "the agent is connected to the hub", this::link),
                new Check("identity-clone", SECTION, "no other board uses the device's identity", this::copy),
                new Check("last-deployment", SECTION, "the last deployment is applied", this::deployment),
                new Check("modules", SECTION, "all modules are as they should be", this::modules),
                new Check("hub-ports", SECTION, "the hub on this board has its ports", this::ports),
                new Check("leaf-devices", SECTION, "the hub on this board refuses no client", this::clients));
    }

    private Verdict running() {
        try {
            JsonNode known = agent.status();
            return Verdict.ok("edge-agent " + known.path("version").asText() + " since "
                    + known.path("startTime").asText());
        } catch (ProblemException e) {
            // without the commands in it, which stand below
            return Verdict.error(
                    e.problem().text().split("; start it with", 2)[0],
                    "sudo systemctl start edge-agent; see why it ended with: journalctl -u edge-agent");
        }
    }

    private Verdict link() throws CannotAsk {
        JsonNode link = status.get().path("link");
        return link.path("up").asBoolean()
                ? Verdict.ok()
                : Verdict.error(
                        "The link is down: " + link.path("reason").asText("not connected yet")
                                + ". Modules keep running.",
                        "see the connectivity checks above");
    }

    private Verdict copy() throws CannotAsk {
        String reason = status.get().path("link").path("reason").asText();
        return reason.contains(CLONE)
                ? Verdict.error(
                        reason,
                        "give each board its own device: az iot hub device-identity create --edge-enabled, then: sudo"
                                + " edge-agent config mp --force")
                : Verdict.ok();
    }

    private Verdict deployment() throws CannotAsk {
        JsonNode deployment = status.get().path("deployment");
        int code = deployment.path("code").asInt();
        String version = "version " + deployment.path("version").asLong();
        if (code == 0) {
            return Verdict.warning("The hub has sent no deployment yet.", "az iot edge set-modules");
        }
        return code == 200
                ? Verdict.ok(version)
                : Verdict.error(
                        version + " has the status " + code + ": "
                                + deployment.path("description").asText(),
                        code == 417 ? "az iot edge set-modules" : "edge-agent status; edge-agent logs MODULE");
    }

    private Verdict modules() throws CannotAsk {
        List<String> faults = new ArrayList<>();
        JsonNode all = status.get().path("modules");
        all.properties().forEach(module -> {
            JsonNode known = module.getValue();
            String runtime = known.path("runtimeStatus").asText();
            boolean asWanted = runtime.equals("running")
                    || known.path("desiredStatus").asText().equals("stopped")
                    || (runtime.equals("stopped") && known.path("exitCode").asInt() == 0);
            if (!asWanted) {
                faults.add(module.getKey() + " is " + runtime + ": "
                        + known.path("description").asText());
            }
        });
        return faults.isEmpty()
                ? Verdict.ok(all.size() + " modules")
                : Verdict.error(String.join("\n", faults), "edge-agent list; edge-agent logs MODULE");
    }

    /** A running agent says itself which of its ports others have. */
    private Verdict ports() throws CannotAsk {
        AgentConfig config = settings.require();
        if (!config.hub().enabled()) {
            return Verdict.ignored("the hub is switched off");
        }
        Optional<JsonNode> known = runningStatus();
        if (known.isPresent()) {
            JsonNode hub = known.get().path("modules").path("edgeHub");
            if (hub.isMissingNode()) {
                return Verdict.ignored("the deployment has no edgeHub");
            }
            return TAKEN.matcher(hub.path("description").asText()).find()
                    ? Verdict.error(
                            hub.path("description").asText(), "end the program that has the port: sudo ss -tlnp")
                    : Verdict.ok();
        }
        boolean wanted = state.deployment()
                .filter(desired -> desired.path("systemModules").has("edgeHub"))
                .isPresent();
        TreeMap<Integer, String> taken = new TreeMap<>();
        HUB_PORTS.forEach(port -> host.listener(port).ifPresent(who -> taken.put(port, who)));
        if (taken.isEmpty()) {
            return Verdict.ok();
        }
        List<String> words = taken.entrySet().stream()
                .map(entry -> "port " + entry.getKey() + " is used by " + entry.getValue())
                .toList();
        String text = "The hub on this board will need it: " + String.join("; ", words) + ".";
        String fix = "end that program or give it another port: sudo ss -tlnp";
        return wanted ? Verdict.error(text, fix) : Verdict.warning(text, fix);
    }

    private Optional<JsonNode> runningStatus() {
        try {
            return Optional.of(status.get());
        } catch (CannotAsk e) {
            return Optional.empty();
        }
    }

    private Verdict clients() throws CannotAsk {
        if (status.get().path("modules").path("edgeHub").isMissingNode()) {
            return Verdict.ignored("the deployment has no edgeHub");
        }
        List<String> refused = new ArrayList<>();
        List<String> connected = new ArrayList<>();
        try {
            agent.clients().path("clients").forEach(client -> {
                String error = client.path("lastError").asText("");
                boolean isIn = client.path("status").asText().equalsIgnoreCase("connected");
                if (isIn) {
                    connected.add(client.path("id").asText());
                } else if (error.startsWith("refused")) {
                    refused.add(client.path("id").asText() + ": " + error);
                }
            });
        } catch (ProblemException e) {
            return Verdict.ignored(e.problem().text());
        }
        return refused.isEmpty()
                ? Verdict.ok(connected.size() + " clients are connected")
                : Verdict.warning(
                        "Clients could not connect:\n" + String.join("\n", refused),
                        "the text says what to correct on the client; see edge-agent hub clients");
    }
}
