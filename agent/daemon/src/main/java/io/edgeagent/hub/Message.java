package io.edgeagent.hub;

import io.edgeagent.hub.route.JsonBody;
import io.edgeagent.hub.route.Route;
import io.edgeagent.hub.route.RoutedMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message on its way through the hub. Immutable, except that the body's JSON is read at the first question; for the hub's
 * thread.
 *
 * @see RoutedMessage what routes ask of it
 */
public final class Message implements RoutedMessage {
    /** Body and properties together, in bytes and characters: IoT Hub's limit (hub contract 5.1). */
    public static final int MAX_SIZE = 256 * 1024;

    /** Names of system properties as routes know them; contract 8.3 has their names on the wire. */
    public static final String CONTENT_TYPE = "contentType";

    public static final String CONTENT_ENCODING = "contentEncoding";
    public static final String OUTPUT = "outputName";
    public static final String SENDER_DEVICE = "connectionDeviceId";
    public static final String SENDER_MODULE = "connectionModuleId";
    /** Application properties of a message from a plain topic. */
    public static final String TOPIC = "mqttTopic";

    public static final String LOCAL_CLIENT = "mqttClient";
    private static final String ORIGIN = "edgeHubOriginInterface";

    private final ClientId sender;
    private final Optional<String> output;
    private final Map<String, String> system;
    private final Map<String, String> application;
    private final ByteBuffer body;
    private final String source;
    private final int propertiesSize;
    private Optional<JsonBody> json = Optional.empty();

    /**
     * @param sender the identity that was authenticated, whatever the message says
     * @param output the name of the module's output, which is part of the source that routes name
     * @param system by the names that routes know, in the order in which the sender gave them; the sender's ids are added
     * @param application as the sender gave them, in their order; names are case-sensitive here and not in routes
     * @param body read-only from now on, from its position to its limit
     */
    public Message(
            ClientId sender,
            Optional<String> output,
            Map<String, String> system,
            Map<String, String> application,
            ByteBuffer body) {
        this(sender, output, system, application, body, Optional.empty());
    }

    private Message(
            ClientId sender,
            Optional<String> output,
            Map<String, String> system,
            Map<String, String> application,
            ByteBuffer body,
            Optional<String> topic) {
        this.sender = sender;
        this.output = output;
        Map<String, String> stamped = new LinkedHashMap<>(system);
        stamped.put(SENDER_DEVICE, sender.device());
        sender.module().ifPresent(module -> stamped.put(SENDER_MODULE, module));
        output.ifPresent(name -> stamped.put(OUTPUT, name));
        this.system = stamped;
        this.application = new LinkedHashMap<>(application);
        this.body = body.asReadOnlyBuffer();
        this.source = topic.map(name -> Route.TOPICS + name).orElseGet(() -> source(sender, output));
        this.propertiesSize = characters(this.system) + characters(this.application);
    }

    private Message(Message like, ByteBuffer body) {
        this.sender = like.sender;
        this.output = like.output;
        this.system = like.system;
        this.application = like.application;
        this.body = body.asReadOnlyBuffer();
        this.source = like.source;
        this.propertiesSize = like.propertiesSize;
    }

    /** The same properties with another body, which is read-only from now on. */
    public Message withBody(ByteBuffer other) {
        return new Message(this, other);
    }

    private static String source(ClientId sender, Optional<String> output) {
        if (sender.module().isEmpty()) {
            return "/messages";
        }
        String module = "/messages/modules/" + sender.module().get();
        return output.map(name -> module + "/outputs/" + name).orElse(module);
    }

    private static int characters(Map<String, String> properties) {
        int characters = 0;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            characters += property.getKey().length() + property.getValue().length();
        }
        return characters;
    }

    /**
     * A message to a plain topic, which only routes that name such topics take. The topic is a property too.
     *
     * @param client name of a local client; empty if the sender has the identity itself
     */
    public static Message ofTopic(ClientId sender, Optional<String> client, String topic, ByteBuffer body) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(TOPIC, topic);
        client.ifPresent(name -> properties.put(LOCAL_CLIENT, name));
        return new Message(sender, Optional.empty(), Map.of(), properties, body, Optional.of(topic));
    }

    public ClientId sender() {
        return sender;
    }

    public Optional<String> output() {
        return output;
    }

    /** System properties by their names in routes, in order; with the sender's ids. Not to be changed. */
    public Map<String, String> system() {
        return system;
    }

    /** Application properties in order. Not to be changed. */
    public Map<String, String> application() {
        return application;
    }

    /** A view of the body with a position of its own. */
    public ByteBuffer bytes() {
        return body.duplicate();
    }

    /** As IoT Hub measures it: the body's bytes, and the characters of all names and values. */
    public int size() {
        return body.remaining() + propertiesSize;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<String> applicationProperty(String name) {
        return find(application, name);
    }

    @Override
    public Optional<String> systemProperty(String name) {
        return name.equalsIgnoreCase(ORIGIN)
                ? Optional.of(sender.module().isPresent() ? "internal" : "downstream")
                : find(system, name);
    }

    private static Optional<String> find(Map<String, String> properties, String name) {
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (property.getKey().equalsIgnoreCase(name)) {
                return Optional.of(property.getValue());
            }
        }
        return Optional.empty();
    }

    @Override
    public JsonBody body() {
        if (json.isEmpty()) {
            json = Optional.of(JsonBody.of(
                    Optional.ofNullable(system.get(CONTENT_TYPE)),
                    Optional.ofNullable(system.get(CONTENT_ENCODING)),
                    body.duplicate()));
        }
        return json.get();
    }

    @Override
    public String toString() {
        return sender + " " + source() + " " + body.remaining() + " bytes, begins \""
                + StandardCharsets.UTF_8.decode(body.duplicate().limit(Math.min(body.limit(), body.position() + 20)))
                + "\"";
    }
}
