package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.x509.AlternativeName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Section {@code [hub]}, ours: who uses plain topics without an identity of the IoT Hub, and where without TLS.
 *
 * @param clients {@code [[hub.clients]]} by name
 * @param plain {@code hub.plain}: where MQTT is spoken without TLS; nowhere by default
 */
public record TopicsConfig(Map<String, Secret> clients, List<Place> plain) {
    public static final TopicsConfig NONE = new TopicsConfig(Map.of(), List.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,100}");
    private static final Pattern PLACE = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+)|(modules)):([0-9]{1,5})");
    private static final Pattern HASH =
            Pattern.compile("\\$7\\$([0-9]{1,5})\\$([A-Za-z0-9+/=]{4,100})\\$([A-Za-z0-9+/=]{20,200})");
    private static final int MOST_ITERATIONS = 10_000;
    private static final int MOST = 100;
    private static final int MAX_PORT = 65_535;
    private static final Set<Integer> SECURE = Set.of(443, 5671, 8883);

    /** @param address of loopback; empty for the module network */
    public record Place(Optional<String> address, int port) {}

    /**
     * What proves a client: a password, or its hash as mosquitto_passwd writes it. It is never shown.
     *
     * @param hashed whether it is a hash
     */
    public record Secret(String text, boolean hashed) {
        @Override
        public String toString() {
            return "secret";
        }
    }

    public TopicsConfig {
        clients = Map.copyOf(clients);
        plain = List.copyOf(plain);
    }

    static TopicsConfig of(JsonNode hub, Findings findings) {
        return new TopicsConfig(
                findings.read(Map.of(), () -> clients(hub.path("clients"))),
                findings.read(List.of(), () -> plain(hub.path("plain"))));
    }

    private static Map<String, Secret> clients(JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigException("hub.clients is not a list: write [[hub.clients]], then name and password");
        }
        if (list.size() > MOST) {
            throw new ConfigException("hub.clients has more than " + MOST + " entries");
        }
        Map<String, Secret> clients = new LinkedHashMap<>();
        for (JsonNode client : list) {
            String name = client.path("name").asText("");
            if (!NAME.matcher(name).matches()) {
                throw new ConfigException(
                        "an entry of hub.clients has no name of letters, digits and . _ - @, such as \"zigbee2mqtt\"");
            }
            if (clients.put(name, secret(client, "hub.clients, " + name)) != null) {
                throw new ConfigException("hub.clients has " + name + " twice");
            }
        }
        return clients;
    }

    private static Secret secret(JsonNode client, String what) {
        Optional<String> password = Toml.text(client, "password");
        Optional<String> hash = Toml.text(client, "password_hash");
        boolean file = client.has("password_file");
        if ((password.isPresent() ? 1 : 0) + (hash.isPresent() ? 1 : 0) + (file ? 1 : 0) != 1) {
            throw new ConfigException(what + " needs one of password = \"...\", password_file = \"file:///...\" and"
                    + " password_hash = \"$7$...\"");
        }
        if (hash.isPresent()) {
            if (!isHash(hash.get().strip())) {
                throw new ConfigException(what + ".password_hash is not a hash as mosquitto_passwd writes it:"
                        + " $7$iterations$salt$hash, with at most " + MOST_ITERATIONS + " iterations");
            }
            return new Secret(hash.get().strip(), true);
        }
        String text = password.orElseGet(() -> ofFile(client.path("password_file"), what + ".password_file"));
        if (text.isEmpty()) {
            throw new ConfigException(what + " has an empty password");
        }
        return new Secret(text, false);
    }

    /** Its parts are read when the hub starts: then it is too late to say that they are wrong. */
    private static boolean isHash(String text) {
        Matcher parts = HASH.matcher(text);
        try {
            return parts.matches()
                    && Integer.parseInt(parts.group(1)) >= 1
                    && Integer.parseInt(parts.group(1)) <= MOST_ITERATIONS
                    && Base64.getDecoder().decode(parts.group(2)).length > 0
                    && Base64.getDecoder().decode(parts.group(3)).length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String ofFile(JsonNode given, String what) {
        Path file = Secrets.path(given, what);
        return new String(Secrets.bytes(file, what), StandardCharsets.UTF_8).replaceFirst("[\r\n]+$", "");
    }

    private static List<Place> plain(JsonNode given) {
        List<Place> places = new ArrayList<>();
        if (given.isTextual()) {
            places.add(place(given.textValue()));
        } else {
            given.forEach(text -> places.add(place(text.asText())));
        }
        if (places.isEmpty()
                && !given.isMissingNode()
                && !given.isArray()
                && !given.asText().isEmpty()) {
            throw wrong(given.asText());
        }
        return places;
    }

    private static Place place(String text) {
        Matcher parts = PLACE.matcher(text.strip());
        if (!parts.matches()) {
            throw wrong(text);
        }
        int port = Integer.parseInt(parts.group(4));
        if (port == 0 || port > MAX_PORT) {
            throw wrong(text);
        }
        if (SECURE.contains(port)) {
            throw new ConfigException("hub.plain has the port " + port + ", where the hub speaks TLS: write 1883");
        }
        if (parts.group(3) != null) {
            return new Place(Optional.empty(), port);
        }
        String address = parts.group(1) != null ? parts.group(1) : parts.group(2);
        if (!isLoopback(address)) {
            throw wrong(text);
        }
        return new Place(Optional.of(address), port);
    }

    private static boolean isLoopback(String text) {
        try {
            return AlternativeName.of(text)
                            .filter(AlternativeName.Ip.class::isInstance)
                            .isPresent()
                    && InetAddress.getByName(text).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static ConfigException wrong(String text) {
        return new ConfigException(
                "hub.plain is \"" + text.replaceAll("[^ -~]", "?") + "\", expected a loopback address"
                        + " such as \"127.0.0.1:1883\", or \"modules:1883\" for the module network: elsewhere passwords would"
                        + " travel without TLS");
    }
}
