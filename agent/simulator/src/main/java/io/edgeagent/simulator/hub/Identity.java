package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.SharedKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A device or module: its registry entry, twin, session and, while it is connected, its connection. */
public final class Identity {
    private static final String NEVER = "0001-01-01T00:00:00";

    /** Registry documentation. */
    private static final int MAX_STATUS_REASON = 128;

    private final IdentityName name;
    private final String generationId;
    private final Twin twin;
    private final Session session;
    private final Deque<CloudMessage> cloudMessages = new ArrayDeque<>();
    private String etag;
    private boolean enabled = true;
    private String statusReason = "";
    private String statusChanged = NEVER;
    private String managedBy = "";
    private boolean iotEdge;
    private Optional<String> parentScope = Optional.empty();
    private String modelId = "";
    private Credentials credentials;
    private String connectionChanged = NEVER;
    private String lastActivity = NEVER;
    private Optional<ClientConnection> connection = Optional.empty();

    private Identity(
            IdentityName name, String generationId, String etag, Credentials credentials, Twin twin, Session session) {
        this.name = name;
        this.generationId = generationId;
        this.etag = etag;
        this.credentials = credentials;
        this.twin = twin;
        this.session = session;
    }

    static Identity create(IdentityName name, String generationId, String etag, Credentials credentials, Instant now) {
        return new Identity(name, generationId, etag, credentials, Twin.empty(now), new Session());
    }

    static Identity fromState(JsonNode state) {
        JsonNode registry = state.path("identity");
        IdentityName name = new IdentityName(
                registry.path("deviceId").asText(),
                Optional.ofNullable(registry.path("moduleId").textValue()));
        Identity identity = new Identity(
                name,
                registry.path("generationId").asText(),
                registry.path("etag").asText(),
                Credentials.parse(registry.path("authentication"), Optional.empty()),
                Twin.fromState(state.path("twin")),
                Session.fromState(state.path("session")));
        identity.enabled = !registry.path("status").asText().equals("disabled");
        identity.statusReason = registry.path("statusReason").asText("");
        identity.statusChanged = registry.path("statusUpdatedTime").asText(NEVER);
        identity.managedBy = registry.path("managedBy").asText("");
        identity.iotEdge = registry.path("capabilities").path("iotEdge").asBoolean();
        identity.parentScope =
                Optional.ofNullable(registry.path("parentScopes").path(0).textValue());
        identity.modelId = state.path("modelId").asText("");
        identity.connectionChanged = registry.path("connectionStateUpdatedTime").asText();
        identity.lastActivity = registry.path("lastActivityTime").asText();
        state.path("cloudMessages").forEach(message -> identity.cloudMessages.add(CloudMessage.fromState(message)));
        return identity;
    }

    ObjectNode toState() {
        ObjectNode state = HubJson.object();
        state.set("identity", toJson());
        state.set("twin", twin.toState());
        session.toState().ifPresent(json -> state.set("session", json));
        state.put("modelId", modelId);
        cloudMessages.forEach(message -> state.withArray("cloudMessages").add(message.toState()));
        return state;
    }

    /** The registry API's form of it. */
    ObjectNode toJson() {
        ObjectNode json = HubJson.object().put("deviceId", name.deviceId());
        name.moduleId().ifPresent(module -> json.put("moduleId", module));
        json.put("generationId", generationId)
                .put("etag", etag)
                .put("connectionState", connectionState())
                .put("status", status())
                .put("statusReason", statusReason.isEmpty() ? null : statusReason)
                .put("connectionStateUpdatedTime", connectionChanged)
                .put("statusUpdatedTime", statusChanged)
                .put("lastActivityTime", lastActivity)
                .put("cloudToDeviceMessageCount", cloudMessages.size());
        json.set("authentication", credentials.toJson());
        if (name.moduleId().isPresent()) {
            json.put("managedBy", managedBy);
        } else {
            addPlace(json);
        }
        return json;
    }

    /** The twin API's form of it. */
    ObjectNode toTwinJson() {
        ObjectNode json = HubJson.object().put("deviceId", name.deviceId());
        name.moduleId().ifPresent(module -> json.put("moduleId", module));
        json.put("etag", twin.etag())
                .put("deviceEtag", etag)
                .put("status", status())
                .put("statusUpdateTime", zulu(statusChanged))
                .put("connectionState", connectionState())
                .put("lastActivityTime", zulu(lastActivity))
                .put("cloudToDeviceMessageCount", cloudMessages.size())
                .put("authenticationType", credentials.type())
                .put("modelId", modelId)
                .put("version", twin.version());
        json.set("x509Thumbprint", credentials.thumbprintsJson());
        json.set("tags", twin.tags());
        ObjectNode properties = json.putObject("properties");
        properties.set("desired", twin.desired().toServiceJson());
        properties.set("reported", twin.reported().toServiceJson());
        if (name.moduleId().isEmpty()) {
            addPlace(json);
        }
        return json;
    }

    /** What a device is in a hierarchy of edge devices. */
    private void addPlace(ObjectNode json) {
        json.putObject("capabilities").put("iotEdge", iotEdge);
        deviceScope().ifPresent(scope -> json.put("deviceScope", scope));
        parentScope.ifPresentOrElse(
                parent -> json.putArray("parentScopes").add(parent), () -> json.putArray("parentScopes"));
    }

    /** @throws HubException 400 if {@link #describe} would take over a status that is not valid */
    static void requireStatus(JsonNode json) {
        JsonNode status = json.path("status");
        boolean known = status.isMissingNode()
                || status.isNull()
                || List.of("enabled", "disabled").contains(status.asText().toLowerCase(Locale.ROOT));
        if (!known) {
            throw new HubException(HubError.ARGUMENT_INVALID, "status must be enabled or disabled, not " + status);
        }
        if (json.path("statusReason").asText("").length() > MAX_STATUS_REASON) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID, "statusReason has at most " + MAX_STATUS_REASON + " characters.");
        }
    }

    /** Takes over what a registry request may change, except credentials. Fields that are null or left out stay. */
    void describe(JsonNode json, Instant now) {
        boolean wanted =
                json.hasNonNull("status") ? !json.get("status").asText().equalsIgnoreCase("disabled") : enabled;
        if (wanted != enabled) {
            enabled = wanted;
            statusChanged = HubJson.time(now);
        }
        statusReason = json.path("statusReason").asText(statusReason);
        managedBy = json.hasNonNull("managedBy") ? json.get("managedBy").asText() : managedBy;
    }

    void placeBelow(Optional<String> parent) {
        parentScope = parent;
    }

    void makeEdge(boolean edge) {
        iotEdge = edge;
    }

    /** The model of IoT Plug and Play that a client has announced; empty for none. Returns whether it is another one. */
    boolean announceModel(String announced) {
        boolean changed = !modelId.equals(announced);
        modelId = announced;
        return changed;
    }

    void authenticateWith(Credentials changed) {
        credentials = changed;
    }

    void tagWith(String changedEtag) {
        etag = changedEtag;
    }

    void connect(ClientConnection connected, Instant now) {
        connection = Optional.of(connected);
        connectionChanged = HubJson.time(now);
        lastActivity = connectionChanged;
    }

    /** Returns false where the connection is not the current one. */
    boolean disconnect(ClientConnection disconnected, Instant now) {
        if (connection.filter(current -> current.equals(disconnected)).isEmpty()) {
            return false;
        }
        connection = Optional.empty();
        connectionChanged = HubJson.time(now);
        session.end();
        return true;
    }

    void active(Instant now) {
        lastActivity = HubJson.time(now);
    }

    public IdentityName name() {
        return name;
    }

    String generationId() {
        return generationId;
    }

    public String etag() {
        return etag;
    }

    boolean isEdge() {
        return iotEdge;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** An edge device has a scope of its own, another one is in that of its parent. */
    Optional<String> deviceScope() {
        return iotEdge ? Optional.of("ms-azure-iot-edge://" + name.deviceId() + "-" + generationId) : parentScope;
    }

    /** The scope of the edge device that it is a child of. */
    Optional<String> parentScope() {
        return parentScope;
    }

    /** Keys that its tokens may be signed with, the primary first; empty if it has none. */
    public List<SharedKey> keys() {
        return credentials.keys();
    }

    Credentials credentials() {
        return credentials;
    }

    Twin twin() {
        return twin;
    }

    Session session() {
        return session;
    }

    Deque<CloudMessage> cloudMessages() {
        return cloudMessages;
    }

    Optional<ClientConnection> connection() {
        return connection;
    }

    /** The connection, if there is one and the client listens to the topic. */
    Optional<ClientConnection> listener(String topic) {
        return connection.filter(connected -> session.qos(topic).isPresent());
    }

    private String status() {
        return enabled ? "enabled" : "disabled";
    }

    private String connectionState() {
        return connection.isPresent() ? "Connected" : "Disconnected";
    }

    private static String zulu(String time) {
        return time.endsWith("Z") ? time : time + "Z";
    }
}
