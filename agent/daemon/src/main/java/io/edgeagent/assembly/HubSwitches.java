package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.CreateOptions;
import io.edgeagent.model.Printable;
import io.edgeagent.model.SystemModule;
import io.edgeagent.upstream.UpstreamSettings;
import io.edgeagent.x509.AlternativeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a deployment says of {@code systemModules.edgeHub}, as far as it means something here.
 *
 * @param mqtt whether MQTT is spoken, on its port and over WebSocket
 * @param amqp whether AMQP is spoken, on its port and over WebSocket
 * @param https whether port 443 is served
 * @param metrics whether figures are given on port 9600
 * @param tls versions of TLS that clients may speak; empty for Java's own choice
 * @param upstream variables that go over the agent's way to the cloud
 * @param bindings where the ports are asked for on the host
 * @param remarks what has no effect, in words
 */
record HubSwitches(
        boolean mqtt,
        boolean amqp,
        boolean https,
        boolean metrics,
        List<String> tls,
        Map<String, String> upstream,
        List<Binding> bindings,
        List<String> remarks) {
    static final HubSwitches DEFAULT = of(Optional.empty());

    private static final String MQTT = "mqttsettings__enabled";
    private static final String AMQP = "amqpsettings__enabled";
    private static final String HTTP = "httpsettings__enabled";
    private static final String METRICS = "metricsenabled";
    private static final String METRICS_OF_HUB = "metrics__listener__metricsenabled";
    private static final String TLS = "sslprotocols";
    private static final String ALL = "0.0.0.0";
    private static final int MOST_REMARKS = 20;
    private static final int LONGEST_NAME = 60;
    private static final int MAX_PORT = 65_535;

    /**
     * One of {@code PortBindings}.
     *
     * @param port of the hub
     * @param address of the host; 0.0.0.0 for all
     * @param hostPort on the host
     */
    record Binding(int port, String address, int hostPort) {}

    HubSwitches {
        tls = List.copyOf(tls);
        upstream = Map.copyOf(upstream);
        bindings = List.copyOf(bindings);
        remarks = List.copyOf(remarks);
    }

    static HubSwitches of(Optional<SystemModule> hub) {
        Map<String, String> env = hub.map(SystemModule::env).orElse(Map.of());
        List<String> remarks = new ArrayList<>();
        // .NET reads them in whatever letters, and with a colon for two underscores
        Map<String, String> byName = new TreeMap<>();
        env.forEach((name, value) -> byName.put(name.toLowerCase(Locale.ROOT).replace(":", "__"), value));
        Map<String, String> upstream = upstream(env, remarks);
        boolean mqtt = isOn(byName, MQTT, remarks);
        boolean amqp = isOn(byName, AMQP, remarks);
        boolean https = isOn(byName, HTTP, remarks);
        boolean metrics = isOn(byName, METRICS, remarks) && isOn(byName, METRICS_OF_HUB, remarks);
        List<String> tls = tls(byName, remarks);
        env.keySet().stream()
                .filter(name -> !hasEffect(name))
                .sorted()
                .forEach(name -> remarks.add("the variable " + Printable.of(name, LONGEST_NAME) + " has no effect"));
        List<Binding> bindings = bindings(hub.map(SystemModule::createOptions).orElse(CreateOptions.EMPTY), remarks);
        return new HubSwitches(
                mqtt,
                amqp,
                https,
                metrics,
                tls,
                upstream,
                bindings,
                remarks.stream().limit(MOST_REMARKS).toList());
    }

    private static boolean hasEffect(String name) {
        String known = name.toLowerCase(Locale.ROOT).replace(":", "__");
        return Stream.of(
                        MQTT,
                        AMQP,
                        HTTP,
                        METRICS,
                        METRICS_OF_HUB,
                        TLS,
                        "upstreamprotocol",
                        "https_proxy",
                        "all_proxy",
                        "no_proxy")
                .anyMatch(known::equals);
    }

    private static Map<String, String> upstream(Map<String, String> env, List<String> remarks) {
        Map<String, String> picked = UpstreamSettings.pick(env);
        try {
            remarks.addAll(UpstreamSettings.remarks(picked));
            return picked;
        } catch (IllegalArgumentException e) {
            remarks.add(e.getMessage() + ": the agent's own way to the cloud is used");
            return Map.of();
        }
    }

    private static boolean isOn(Map<String, String> byName, String name, List<String> remarks) {
        String value = byName.getOrDefault(name, "").strip();
        if (!value.isEmpty() && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            remarks.add("the variable " + name + " is neither true nor false, and counts as true");
        }
        return !value.equalsIgnoreCase("false");
    }

    private static List<String> tls(Map<String, String> byName, List<String> remarks) {
        List<String> versions = new ArrayList<>();
        for (String word : byName.getOrDefault(TLS, "").split("[,\\s]+", 20)) {
            switch (word.toLowerCase(Locale.ROOT).replaceAll("[._]", "")) {
                case "tls12" -> versions.add("TLSv1.2");
                case "tls13" -> versions.add("TLSv1.3");
                case "" -> {
                    // between two commas
                }
                default ->
                    remarks.add("SslProtocols names a version of TLS that is not spoken: only tls1.2 and tls1.3 are");
            }
        }
        return versions.stream().distinct().toList();
    }

    private static List<Binding> bindings(CreateOptions options, List<String> remarks) {
        List<Binding> bindings = new ArrayList<>();
        options.at("HostConfig", "PortBindings").properties().forEach(entry -> {
            int port = port(entry.getKey().replaceFirst("/tcp$", ""));
            for (JsonNode asked : entry.getValue()) {
                String address = asked.path("HostIp").asText("").strip();
                String wanted = asked.path("HostPort").asText("").strip();
                int hostPort = wanted.isEmpty() ? port : port(wanted);
                if (port == 0 || hostPort == 0 || (!address.isEmpty() && !isAddress(address))) {
                    remarks.add("the port binding " + Printable.of(entry.getKey(), LONGEST_NAME)
                            + " of edgeHub is not a TCP port and an address");
                } else {
                    bindings.add(new Binding(port, address.isEmpty() ? ALL : address, hostPort));
                }
            }
        });
        return bindings.stream().distinct().limit(MOST_REMARKS).toList();
    }

    /** No name service is asked about an address. */
    private static boolean isAddress(String text) {
        return AlternativeName.of(text)
                .filter(AlternativeName.Ip.class::isInstance)
                .isPresent();
    }

    private static int port(String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        return port <= MAX_PORT ? port : 0;
    }
}
