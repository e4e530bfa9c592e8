package io.edgeagent.upstream;

import io.edgeagent.model.ParentHost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What variables of an environment say of the way to the cloud: {@code https_proxy}, {@code no_proxy} (both in small or capital
 * letters) and {@code UpstreamProtocol}, as IoT Edge has them.
 *
 * @param protocol empty for MQTT, and MQTT over WebSocket where a proxy is in between
 * @param parent that is connected to in place of the IoT Hub; the settings say that, no variable does
 */
public record UpstreamSettings(Optional<Proxy> proxy, NoProxy except, Optional<Protocol> protocol, ParentHost parent) {
    public static final UpstreamSettings DIRECT =
            new UpstreamSettings(Optional.empty(), NoProxy.NONE, Optional.empty(), ParentHost.NONE);

    private static final int HTTPS = 443;
    private static final String HTTPS_PROXY = "https_proxy";
    private static final String ALL_PROXY = "all_proxy";
    private static final String NO_PROXY = "no_proxy";
    private static final String PROTOCOL = "UpstreamProtocol";
    /** In small letters first, as curl and .NET read them. */
    private static final List<String> NAMES = List.of(HTTPS_PROXY, ALL_PROXY, NO_PROXY, PROTOCOL);

    /** Which of MQTT's two ways. */
    public enum Protocol {
        /** Port 8883. */
        MQTT("Mqtt"),
        /** Over WebSocket on port 443. */
        MQTT_WS("MqttWs");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        /** As UpstreamProtocol has it. */
        public String text() {
            return text;
        }
    }

    /** The variables that count here, under the name in small letters, and none that is empty. */
    public static Map<String, String> pick(Map<String, String> environment) {
        Map<String, String> picked = new LinkedHashMap<>();
        for (String name : NAMES) {
            List<String> spellings =
                    name.equals(PROTOCOL) ? List.of(name) : List.of(name, name.toUpperCase(Locale.ROOT));
            spellings.stream()
                    .map(environment::get)
                    .filter(value -> value != null && !value.isBlank())
                    .findFirst()
                    .ifPresent(value -> picked.put(name, value.strip()));
        }
        return picked;
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the variable, never its value
     */
    public static UpstreamSettings of(Map<String, String> environment) {
        Map<String, String> set = pick(environment);
        String name = set.containsKey(HTTPS_PROXY) ? HTTPS_PROXY : ALL_PROXY;
        Optional<Proxy> proxy = Optional.ofNullable(set.get(name)).map(text -> {
            try {
                return Proxy.parse(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + " " + e.getMessage(), e);
            }
        });
        return new UpstreamSettings(
                proxy,
                NoProxy.parse(set.getOrDefault(NO_PROXY, "")),
                Optional.ofNullable(set.get(PROTOCOL)).map(UpstreamSettings::protocol),
                ParentHost.NONE);
    }

    /** AMQP is not spoken here; who asks for it gets MQTT on the same kind of port. */
    private static Protocol protocol(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "mqtt", "amqp" -> Protocol.MQTT;
            case "mqttws", "amqpws" -> Protocol.MQTT_WS;
            default -> throw new IllegalArgumentException(PROTOCOL + " must be Mqtt, MqttWs, Amqp or AmqpWs");
        };
    }

    /** What these variables say that does not hold here as it is written. */
    public static List<String> remarks(Map<String, String> environment) {
        List<String> remarks = new ArrayList<>();
        Optional.ofNullable(pick(environment).get(PROTOCOL))
                .filter(text -> text.toLowerCase(Locale.ROOT).startsWith("amqp"))
                .ifPresent(text -> remarks.add(PROTOCOL + " " + text + " means "
                        + (protocol(text) == Protocol.MQTT ? "MQTT" : "MQTT over WebSocket")
                        + " here: AMQP is not supported"));
        UpstreamSettings read = of(environment);
        if (read.proxy().isPresent() && read.protocol().equals(Optional.of(Protocol.MQTT))) {
            remarks.add("MQTT on port 8883 does not go through the proxy "
                    + read.proxy().get() + ": leave " + PROTOCOL + " out, or set it to MqttWs");
        }
        return remarks;
    }

    /**
     * With variables of an environment that go over these settings, each for itself.
     *
     * @throws IllegalArgumentException naming the variable, never its value
     */
    public UpstreamSettings with(Map<String, String> environment) {
        UpstreamSettings read = of(environment);
        return new UpstreamSettings(
                read.proxy().or(this::proxy),
                pick(environment).containsKey(NO_PROXY) ? read.except() : except,
                read.protocol().or(this::protocol),
                parent);
    }

    /** The same below a parent. */
    public UpstreamSettings below(ParentHost above) {
        return new UpstreamSettings(proxy, except, protocol, above);
    }

    /** The proxy for this host, if it is reached through one. */
    public Optional<Proxy> proxyFor(String host, int port) {
        return proxy.filter(any -> !except.matches(host, port));
    }

    /** Whether MQTT goes over WebSocket to this host. */
    public boolean overWebSocket(String host) {
        return protocol.map(asked -> asked == Protocol.MQTT_WS)
                .orElseGet(() -> proxyFor(host, HTTPS).isPresent());
    }

    /** In one line, for the log. */
    @Override
    public String toString() {
        return proxy.map(Proxy::toString).orElse("no proxy")
                + (except.entries().isEmpty() ? "" : " except for " + String.join(",", except.entries()))
                + protocol.map(asked -> ", " + asked.text()).orElse("")
                + parent.name().map(host -> ", to the parent " + host).orElse("");
    }
}
