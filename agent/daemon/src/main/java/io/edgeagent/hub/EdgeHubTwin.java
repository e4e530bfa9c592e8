package io.edgeagent.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.TwinPatch;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The twin of {@code $edgeHub}: its desired properties are the hub's routes, its reported properties say whether they are in force
 * and who is connected (contract 8.7, 8.11). The last desired properties are kept, so that a board that boots without a network
 * routes as before.
 */
public final class EdgeHubTwin implements UpstreamLinks.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeHubTwin.class);
    private static final String KIND = "desired";
    private static final String MODULE = "$edgeHub";
    private static final Duration REPORT_DELAY = Duration.ofSeconds(2);
    /** A cloud that is away for less is not worth a word. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Hub hub;
    private final HubRuntime runtime;
    private final HubDocuments documents;
    private final ClientId id;
    private final String version;
    private final UpstreamLinks.Link link;
    private final Map<String, ObjectNode> clients = new TreeMap<>();
    private Optional<ObjectNode> desired = Optional.empty();
    private ObjectNode reported = Json.MAPPER.createObjectNode();
    private Optional<ObjectNode> beingSent = Optional.empty();
    private boolean reportedKnown;
    private boolean reportAsked;
    private long statusVersion;
    private final Sections sections;
    private int code = 200;
    private String description = "";
    private String whyDown = "";
    private Optional<HubRuntime.Cancellation> patience = Optional.empty();
    private volatile String remark = "";

    /** What else the desired properties hold, besides routes. */
    public interface Sections {
        /** @return what is wrong, in words; that has no effect */
        List<String> follow(ObjectNode desired);
    }

    /** Takes up what was in force before, and follows the cloud from now on. */
    public static EdgeHubTwin follow(
            Hub hub,
            HubRuntime runtime,
            HubDocuments documents,
            UpstreamLinks upstream,
            String device,
            String version) {
        return follow(hub, runtime, documents, upstream, device, version, desired -> List.of());
    }

    /** The same with other sections. */
    public static EdgeHubTwin follow(
            Hub hub,
            HubRuntime runtime,
            HubDocuments documents,
            UpstreamLinks upstream,
            String device,
            String version,
            Sections sections) {
        return new EdgeHubTwin(hub, runtime, documents, upstream, device, version, sections);
    }

    private EdgeHubTwin(
            Hub hub,
            HubRuntime runtime,
            HubDocuments documents,
            UpstreamLinks upstream,
            String device,
            String version,
            Sections sections) {
        this.sections = sections;
        this.hub = hub;
        this.runtime = runtime;
        this.documents = documents;
        this.id = ClientId.module(device, MODULE);
        this.version = version;
        documents.read(KIND, id).ifPresent(this::restore);
        hub.onConnection(this::connection);
        this.link = upstream.open(id, this);
        link.wantMethods(true);
    }

    private void restore(String text) {
        try {
            if (Json.MAPPER.readTree(text) instanceof ObjectNode stored) {
                follow(stored, false);
            }
        } catch (JsonProcessingException e) {
            LOG.warn("event=stored_routes_unreadable reason=\"{}\"", Json.explain(e));
        }
    }

    private void follow(ObjectNode newDesired, boolean fresh) {
        desired = Optional.of(newDesired);
        statusVersion = newDesired.path(TwinPatch.VERSION).asLong(0);
        try {
            HubSettings settings = HubSettings.parse(newDesired);
            hub.follow(settings);
            List<String> problems = new ArrayList<>(settings.problems());
            problems.addAll(sections.follow(newDesired));
            code = problems.isEmpty() ? 200 : 400;
            description = String.join("; ", problems);
            LOG.info(
                    "event=routes_followed version={} routes={} problems=\"{}\"",
                    statusVersion,
                    settings.routes().size(),
                    description);
            if (fresh) {
                documents.write(KIND, id, newDesired.toString());
            }
        } catch (HubSettings.Refused e) {
            code = 400;
            description = e.getMessage();
            LOG.warn("event=routes_refused version={} reason=\"{}\"", statusVersion, description);
        } catch (IOException e) {
            // in force all the same; after a power cut those before would be, until the cloud is there
            LOG.error("event=routes_not_saved reason=\"{}\"", e.getMessage());
        }
    }

    private void connection(ClientId client, boolean connected) {
        ObjectNode state = Json.MAPPER.createObjectNode();
        Optional<String> now = runtime.wallClock()
                .map(time -> time.truncatedTo(ChronoUnit.MILLIS).toString());
        state.put("status", connected ? "Connected" : "Disconnected");
        now.ifPresent(time -> state.put(connected ? "lastConnectedTimeUtc" : "lastDisconnectedTimeUtc", time));
        ObjectNode known =
                clients.computeIfAbsent(Percent.encode(client.toString()), name -> Json.MAPPER.createObjectNode());
        known.setAll(state);
        report();
    }

    /** Soon: several changes go in one patch. */
    private void report() {
        if (!reportAsked) {
            reportAsked = true;
            runtime.after(REPORT_DELAY, () -> {
                reportAsked = false;
                send();
            });
        }
    }

    private void send() {
        if (!link.isUp() || !reportedKnown || beingSent.isPresent()) {
            return;
        }
        ObjectNode wanted = Json.MAPPER.createObjectNode();
        wanted.put("schemaVersion", "1.0");
        wanted.putObject("version").put("version", version).put("build", "").put("commit", "");
        wanted.put("lastDesiredVersion", statusVersion);
        wanted.putObject("lastDesiredStatus").put("code", code).put("description", shortened(description));
        ObjectNode all = wanted.putObject("clients");
        clients.forEach((name, state) -> all.set(name, state.deepCopy()));
        ObjectNode patch = TwinPatch.diff(reported, wanted);
        if (!patch.isEmpty()) {
            beingSent = Optional.of(wanted);
            link.report(patch.toString());
        }
    }

    // a value of a twin has at most 4 KB
    private static String shortened(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 997) + "...";
    }

    @Override
    public void up() {
        reportedKnown = false;
        patience.ifPresent(HubRuntime.Cancellation::cancel);
        patience = Optional.empty();
        remark = "";
        link.getTwin();
        hub.directory().look(ModuleDirectory.Occasion.CLOUD_IS_THERE);
    }

    @Override
    public void down(String reason, boolean refused) {
        reportedKnown = false;
        beingSent = Optional.empty();
        whyDown = reason;
        if (patience.isEmpty()) {
            patience = Optional.of(runtime.after(PATIENCE, this::sayWhyDown));
        } else if (!remark.isEmpty()) {
            sayWhyDown();
        }
    }

    private void sayWhyDown() {
        remark = "IoT Hub is not reached, messages wait: " + shortened(whyDown);
    }

    @Override
    public void twin(Optional<String> text) {
        try {
            JsonNode twin = text.isPresent() ? Json.MAPPER.readTree(text.get()) : Json.MAPPER.createObjectNode();
            if (twin.path("desired") instanceof ObjectNode newDesired) {
                if (twin.path("reported") instanceof ObjectNode held) {
                    held.remove(TwinPatch.VERSION);
                    reported = held;
                    reportedKnown = true;
                }
                // an edge device that was never given a deployment has nothing but a version
                boolean empty = newDesired.size() <= 1 && !newDesired.has("schemaVersion");
                if (!empty && desired.filter(newDesired::equals).isEmpty()) {
                    follow(newDesired, true);
                }
                report();
                return;
            }
        } catch (JsonProcessingException e) {
            LOG.warn("event=edge_hub_twin_unreadable reason=\"{}\"", Json.explain(e));
        }
        runtime.after(Duration.ofSeconds(30), () -> {
            if (link.isUp() && !reportedKnown) {
                link.getTwin();
            }
        });
    }

    @Override
    public void desiredPatched(String text) {
        try {
            if (Json.MAPPER.readTree(text) instanceof ObjectNode patch
                    && desired.isPresent()
                    && patch.path(TwinPatch.VERSION).asLong(-1) == version(desired.get()) + 1
                    // the portal replaces the section, and nothing in the patch says what is gone
                    && !(patch.has("schemaVersion") && patch.has("routes"))) {
                follow(TwinPatch.merge(desired.get(), patch), true);
                report();
                return;
            }
        } catch (JsonProcessingException e) {
            LOG.warn("event=edge_hub_patch_unreadable reason=\"{}\"", Json.explain(e));
        }
        link.getTwin();
    }

    private static long version(ObjectNode section) {
        return section.path(TwinPatch.VERSION).asLong(0);
    }

    @Override
    public void reported(boolean done, String reason) {
        if (done) {
            reported = beingSent.orElse(reported);
        } else {
            LOG.warn("event=edge_hub_report_refused reason=\"{}\"", reason);
        }
        beingSent = Optional.empty();
        if (done) {
            send();
        }
    }

    @Override
    public void sent(long tag) {}

    @Override
    public void refused(long tag, String reason) {}

    @Override
    public void methodCalled(HubClient.MethodCall call) {
        boolean known = call.name().equals("RefreshDeviceScopeIdentityCache");
        if (known && !namesIdentities(call.payload())) {
            link.methodAnswered(call.id(), 400, "{\"message\":\"the payload is {\\\"deviceIds\\\":[..]}\"}");
            return;
        }
        if (known) {
            hub.directory().look(ModuleDirectory.Occasion.ASKED);
        }
        link.methodAnswered(
                call.id(), known ? 200 : 404, known ? "null" : "{\"message\":\"$edgeHub has no method of this name\"}");
    }

    /** Why messages wait; empty while the cloud is there, and in the first minutes of its absence. From any thread. */
    public String remark() {
        return remark;
    }

    /** All are looked up, whichever it names. */
    private static boolean namesIdentities(String payload) {
        try {
            JsonNode ids = Json.MAPPER.readTree(payload).path("deviceIds");
            return ids.isArray();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    public int code() {
        return code;
    }

    /** What is wrong with the routes; empty if nothing is. */
    public String description() {
        return description;
    }
}
