package io.edgeagent.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A connection string of a device, a module or a hub policy ("service"), as the portal and {@code az iot} print them.
 *
 * <p>Keys are case-insensitive, unknown keys are ignored, values may hold '='. Quotes and blanks around the whole text are
 * tolerated because shells and copied pages leave them there.
 *
 * @param hostName host of the hub, without port
 * @param deviceId present for devices and modules
 * @param moduleId present for modules
 * @param gatewayHostName host to connect to in place of the hub, for clients of an edge hub
 * @param policy SharedAccessKeyName, present for service strings
 * @param key absent where the identity uses a certificate (x509=true)
 */
public record ConnectionString(
        String hostName,
        Optional<String> deviceId,
        Optional<String> moduleId,
        Optional<String> gatewayHostName,
        Optional<String> policy,
        Optional<SharedKey> key) {

    private static final String EXPECTED_DEVICE =
            "HostName=<hub>.azure-devices.net;DeviceId=<device>;SharedAccessKey=<key>";
    /** Names that errors may repeat: an unknown one may be a piece of a key. */
    private static final Map<String, String> NAMES = Map.of(
            "hostname", "HostName",
            "deviceid", "DeviceId",
            "moduleid", "ModuleId",
            "gatewayhostname", "GatewayHostName",
            "sharedaccesskeyname", "SharedAccessKeyName",
            "sharedaccesskey", "SharedAccessKey",
            "x509", "x509");

    private static final int MAX_QUOTED = 100;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+");
    private static final List<String> QUOTES = List.of("\"", "'", "\u201c\u201d", "`");

    /** Any kind of connection string. @throws ProtocolException if it is malformed */
    public static ConnectionString parse(String text) {
        Map<String, String> parts = split(unquote(text));
        String host = require(parts, "hostname", "HostName");
        if (!HOST.matcher(host).matches()) {
            // not repeated: with a wrong separator the key is in it
            throw new ProtocolException(
                    "HostName in the connection string is not a host name (no port, no blanks, parts end with ';'); expected "
                            + EXPECTED_DEVICE);
        }
        Optional<SharedKey> key = optional(parts, "sharedaccesskey").map(SharedKey::fromBase64);
        if (key.isEmpty() && !"true".equalsIgnoreCase(parts.getOrDefault("x509", ""))) {
            throw new ProtocolException("the connection string has no SharedAccessKey; expected " + EXPECTED_DEVICE);
        }
        return new ConnectionString(
                host,
                optional(parts, "deviceid").map(id -> Identifiers.check("DeviceId in the connection string", id)),
                optional(parts, "moduleid").map(id -> Identifiers.check("ModuleId in the connection string", id)),
                optional(parts, "gatewayhostname"),
                optional(parts, "sharedaccesskeyname"),
                key);
    }

    /** A connection string of a device. @throws ProtocolException if it is malformed or belongs to something else */
    public static ConnectionString parseDevice(String text) {
        ConnectionString parsed = parse(text);
        if (parsed.policy.isPresent() && parsed.deviceId.isEmpty()) {
            throw new ProtocolException("this is the connection string of the hub's policy \""
                    + parsed.policy.get()
                    + "\", which is too powerful to be on a device; use the device's own, from the hub's page of the device: "
                    + EXPECTED_DEVICE);
        }
        if (parsed.deviceId.isEmpty()) {
            throw new ProtocolException("the connection string has no DeviceId; expected " + EXPECTED_DEVICE);
        }
        if (parsed.moduleId.isPresent()) {
            throw new ProtocolException("this is the connection string of the module \""
                    + parsed.moduleId.get()
                    + "\"; use the device's own: "
                    + EXPECTED_DEVICE);
        }
        Identifiers.checkDevice("DeviceId in the connection string", parsed.deviceId.get());
        return parsed;
    }

    /** A connection string of a module. @throws ProtocolException if it is malformed or belongs to something else */
    public static ConnectionString parseModule(String text) {
        ConnectionString parsed = parse(text);
        if (parsed.deviceId.isEmpty() || parsed.moduleId.isEmpty()) {
            throw new ProtocolException(
                    "not the connection string of a module; expected HostName=..;DeviceId=..;ModuleId=..;SharedAccessKey=..");
        }
        return parsed;
    }

    /** A connection string of a hub policy. @throws ProtocolException if it is malformed or belongs to something else */
    public static ConnectionString parseService(String text) {
        ConnectionString parsed = parse(text);
        if (parsed.policy.isEmpty() || parsed.deviceId.isPresent()) {
            throw new ProtocolException(
                    "not the connection string of a hub; expected HostName=..;SharedAccessKeyName=..;SharedAccessKey=..");
        }
        return parsed;
    }

    /**
     * A device whose parts are known one by one, so that its id may hold a semicolon too.
     *
     * @param key absent where the device uses a certificate
     * @throws ProtocolException if the host or the id is not valid
     */
    public static ConnectionString ofDevice(String hostName, String deviceId, Optional<SharedKey> key) {
        if (!HOST.matcher(hostName).matches()) {
            throw new ProtocolException(
                    "the hub's host name is \"" + printable(hostName) + "\", expected such as <hub>.azure-devices.net");
        }
        return new ConnectionString(
                hostName,
                Optional.of(Identifiers.checkDevice("the device id", deviceId)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                key);
    }

    private static String printable(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.substring(0, Math.min(MAX_QUOTED, printable.length()));
    }

    /** The form that SDKs read; an id with a semicolon has none. It holds the key: never log it. */
    public String toText() {
        if (Stream.of(deviceId, moduleId).flatMap(Optional::stream).anyMatch(id -> id.contains(";"))) {
            throw new ProtocolException("an id that holds ';' has no connection string");
        }
        StringBuilder text = new StringBuilder("HostName=").append(hostName);
        deviceId.ifPresent(id -> text.append(";DeviceId=").append(id));
        moduleId.ifPresent(id -> text.append(";ModuleId=").append(id));
        gatewayHostName.ifPresent(host -> text.append(";GatewayHostName=").append(host));
        policy.ifPresent(name -> text.append(";SharedAccessKeyName=").append(name));
        key.ifPresentOrElse(
                value -> text.append(";SharedAccessKey=").append(value.toBase64()), () -> text.append(";x509=true"));
        return text.toString();
    }

    private static String unquote(String text) {
        String inner = text.strip();
        for (String quotes : QUOTES) {
            char open = quotes.charAt(0);
            char close = quotes.charAt(quotes.length() - 1);
            if (inner.length() >= 2 && inner.charAt(0) == open && inner.charAt(inner.length() - 1) == close) {
                return inner.substring(1, inner.length() - 1).strip();
            }
        }
        return inner;
    }

    private static Map<String, String> split(String text) {
        if (text.isEmpty()) {
            throw new ProtocolException("the connection string is empty; expected " + EXPECTED_DEVICE);
        }
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(";", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                // the part itself may be a piece of a key: do not repeat it
                throw new ProtocolException("a part of the connection string has no '='; expected " + EXPECTED_DEVICE
                        + " (a device whose id holds ';' is named by iothub_hostname and device_id in config.toml)");
            }
            String key = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String name = NAMES.get(key);
            if (parts.put(key, part.substring(equals + 1).strip()) != null && name != null) {
                throw new ProtocolException("the connection string names " + name + " twice");
            }
        }
        return parts;
    }

    private static String require(Map<String, String> parts, String key, String name) {
        return optional(parts, key)
                .orElseThrow(() -> new ProtocolException(
                        "the connection string has no " + name + "; expected " + EXPECTED_DEVICE));
    }

    private static Optional<String> optional(Map<String, String> parts, String key) {
        return Optional.ofNullable(parts.get(key)).filter(value -> !value.isEmpty());
    }
}
