package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.SharedKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A device or module: its registry entry, twin, session and, while it is connected, its connection. */
public final class Identity {
    private final IdentityName name;
    private final String generationId;
    private final boolean iotEdge;
    private final Twin twin;
    private final Session session;
    private final Deque<CloudMessage> cloudMessages = new ArrayDeque<>();
    private String etag;
    private boolean enabled = true;
    private String statusReason = "";
    private String managedBy = "";
    private String deviceScope = "";
    private Credentials credentials;
    private String connectionChanged = "0001-01-01T00:00:00";
    private String lastActivity = "0001-01-01T00:00:00";
    private Optional<ClientConnection> connection = Optional.empty();

    private Identity(
            IdentityName name,
            String generationId,
            boolean iotEdge,
            String etag,
            Credentials credentials,
            Twin twin,
            Session session) {
        this.name = name;
        this.generationId = generationId;
        this.iotEdge = iotEdge;
        this.etag = etag;
        this.credentials = credentials;
        this.twin = twin;
        this.session = session;
    }

    static Identity create(
            IdentityName name,
            String generationId,
            boolean iotEdge,
            String etag,
            Credentials credentials,
            Instant now) {
        Identity identity =
                new Identity(name, generationId, iotEdge, etag, credentials, Twin.empty(now), new Session());
        if (iotEdge) {
            identity.deviceScope = "ms-azure-iot-edge://" + name.deviceId() + "-" + generationId;
        }
        return identity;
    }

    static Identity fromState(JsonNode state) {
        JsonNode registry = state.path("identity");
        IdentityName name = new IdentityName(
                registry.path("deviceId").asText(),
                Optional.ofNullable(registry.path("moduleId").textValue()));
        Identity identity = new Identity(
                name,
                registry.path("generationId").asText(),
                registry.path("capabilities").path("iotEdge").asBoolean(),
                registry.path("etag").asText(),
                Credentials.parse(registry.path("authentication"), Optional.empty()),
                Twin.fromState(state.path("twin")),
                Session.fromState(state.path("session")));
        identity.describe(registry);
        identity.connectionChanged = registry.path("connectionStateUpdatedTime").asText();
        identity.lastActivity = registry.path("lastActivityTime").asText();
        state.path("cloudMessages").forEach(message -> identity.cloudMessages.add(CloudMessage.fromState(message)));
        return identity;
    }

    ObjectNode toState() {
        ObjectNode state = Json.object();
        state.set("identity", toJson());
        state.set("twin", twin.toState());
        session.toState().ifPresent(json -> state.set("session", json));
        cloudMessages.forEach(message -> state.withArray("cloudMessages").add(message.toState()));
        return state;
    }

    /** The registry API's form of it. */
    ObjectNode toJson() {
        ObjectNode json = Json.object().put("deviceId", name.deviceId());
        name.moduleId().ifPresent(module -> json.put("moduleId", module));
        json.put("generationId", generationId)
                .put("etag", etag)
                .put("connectionState", connectionState())
                .put("status", status())
                .put("statusReason", statusReason.isEmpty() ? null : statusReason)
                .put("connectionStateUpdatedTime", connectionChanged)
                .put("statusUpdatedTime", "0001-01-01T00:00:00")
                .put("lastActivityTime", lastActivity)
                .put("cloudToDeviceMessageCount", cloudMessages.size());
        json.set("authentication", credentials.toJson());
        if (name.moduleId().isPresent()) {
            json.put("managedBy", managedBy);
        } else {
            json.putObject("capabilities").put("iotEdge", iotEdge);
            if (!deviceScope.isEmpty()) {
                json.put("deviceScope", deviceScope);
            }
        }
        return json;
    }

    /** The twin API's form of it. */
    ObjectNode toTwinJson() {
        ObjectNode json = Json.object().put("deviceId", name.deviceId());
        name.moduleId().ifPresent(module -> json.put("moduleId", module));
        json.put("etag", twin.etag())
                .put("deviceEtag", etag)
                .put("status", status())
                .put("statusUpdateTime", "0001-01-01T00:00:00Z")
                .put("connectionState", connectionState())
                .put("lastActivityTime", zulu(lastActivity))
                .put("cloudToDeviceMessageCount", cloudMessages.size())
                .put("authenticationType", credentials.type())
                .put("modelId", "")
                .put("version", twin.version());
        json.set("tags", twin.tags());
        ObjectNode properties = json.putObject("properties");
        properties.set("desired", twin.desired().toServiceJson());
        properties.set("reported", twin.reported().toServiceJson());
        json.putObject("capabilities").put("iotEdge", iotEdge);
        if (!deviceScope.isEmpty()) {
            json.put("deviceScope", deviceScope);
        }
        return json;
    }

    /** Takes over what a registry request may change, except credentials. Fields that are null or left out stay. */
    void describe(JsonNode json) {
        enabled = json.hasNonNull("status") ? !json.get("status").asText().equalsIgnoreCase("disabled") : enabled;
        statusReason = json.path("statusReason").asText(statusReason);
        managedBy = json.hasNonNull("managedBy") ? json.get("managedBy").asText() : managedBy;
        deviceScope = json.hasNonNull("deviceScope") ? json.get("deviceScope").asText() : deviceScope;
    }

    void authenticateWith(Credentials changed) {
        credentials = changed;
    }

    void tagWith(String changedEtag) {
        etag = changedEtag;
    }

    void connect(ClientConnection connected, Instant now) {
        connection = Optional.of(connected);
        connectionChanged = Json.time(now);
        lastActivity = connectionChanged;
    }

    /** Returns false where the connection is not the current one. */
    boolean disconnect(ClientConnection disconnected, Instant now) {
        if (connection.filter(current -> current.equals(disconnected)).isEmpty()) {
            return false;
        }
        connection = Optional.empty();
        connectionChanged = Json.time(now);
        session.end();
        return true;
    }

    void active(Instant now) {
        lastActivity = Json.time(now);
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

    String deviceScope() {
        return deviceScope;
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
