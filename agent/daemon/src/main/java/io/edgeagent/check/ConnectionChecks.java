package io.edgeagent.check;

import io.edgeagent.check.CloudSight.Way;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.DeviceConfig;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ParentHost;
import io.edgeagent.model.ProblemException;
import io.edgeagent.upstream.Proxy;
import io.edgeagent.upstream.UpstreamSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The way to the cloud, from the host and from the modules' network, and whether the cloud knows the device. */
final class ConnectionChecks {
    private static final String SECTION = "Connectivity checks";
    private static final Duration FOR_A_CONTAINER = Duration.ofSeconds(60);
    private static final Duration A_LITTLE = Duration.ofSeconds(10);
    private static final Duration MUCH = Duration.ofMinutes(5);
    /** No board with this software has lived before. */
    private static final Instant PLAUSIBLE = Instant.parse("2026-01-01T00:00:00Z");

    private static final String SET_CLOCK = "sudo timedatectl set-ntp true; see timedatectl timesync-status";

    private final BoardSettings settings;
    private final Once<CloudSight> cloud;
    private final EngineSight engine;
    private final Once<EngineSight.Facts> facts;
    private final Optional<String> otherHub;
    private final InstantSource clock;

    /** @param otherHub in place of the one that the settings name */
    ConnectionChecks(
            BoardSettings settings,
            Once<CloudSight> cloud,
            EngineSight engine,
            Once<EngineSight.Facts> facts,
            Optional<String> otherHub,
            InstantSource clock) {
        this.settings = settings;
        this.cloud = cloud;
        this.engine = engine;
        this.facts = facts;
        this.otherHub = otherHub;
        this.clock = clock;
    }

    List<Check> all() {
        return List.of(
                new Check("host-resolve-iothub", SECTION, "the host knows the hub's address", this::resolve),
                new Check("host-connect-iothub-mqtt", SECTION, "the host reaches the hub by MQTT", this::mqtt),
                new Check(
                        "host-connect-iothub-mqttws",
                        SECTION,
                        "the host reaches the hub by MQTT over WebSocket",
                        this::webSocket),
                new Check("host-connect-iothub-https", SECTION, "the host reaches the hub by HTTPS", this::https),
                new Check(
                        "host-connect-dps-endpoint",
                        SECTION,
                        "the host reaches the provisioning service",
                        this::provisioning),
                new Check("host-local-time", SECTION, "the clock agrees with the hub's", this::time),
                new Check(
                        "container-connect-iothub",
                        SECTION,
                        "modules reach the hub from their network",
                        FOR_A_CONTAINER,
                        this::fromModules),
                new Check("device-identity", SECTION, "the hub knows the device and takes its key", this::identity));
    }

    private String hub() throws CannotAsk {
        if (otherHub.isPresent()) {
            return otherHub.get();
        }
        String known = cloud.get()
                .hubHost()
                .orElseThrow(() -> new CannotAsk(
                        "no provisioning service has said yet which hub it is; name it with --iothub-hostname"));
        return new ParentHost(settings.require().parent()).inPlaceOf(known);
    }

    private UpstreamSettings way() throws CannotAsk {
        return UpstreamSettings.of(settings.require().upstream());
    }

    private Verdict resolve() throws CannotAsk {
        String host = hub();
        Optional<Proxy> proxy = way().proxyFor(host, Way.HTTPS.port());
        String name = proxy.map(Proxy::host).orElse(host);
        List<String> addresses = cloud.get().resolve(name);
        return addresses.isEmpty()
                ? Verdict.error(
                        "The name " + name + (proxy.isPresent() ? " of the proxy" : "") + " is not known.",
                        "check the name, and the name servers with: resolvectl status; cat /etc/resolv.conf")
                : Verdict.ok(name + " is " + String.join(", ", addresses));
    }

    private Verdict mqtt() throws CannotAsk {
        boolean isUsed = !way().overWebSocket(hub());
        return reach(
                Way.MQTT,
                isUsed,
                "open port 8883 to the internet, or go over port 443: set UpstreamProtocol = \"MqttWs\" in [agent.env] of "
                        + settings.file());
    }

    private Verdict webSocket() throws CannotAsk {
        return reach(Way.MQTT_OVER_WEB_SOCKET, way().overWebSocket(hub()), openHttps());
    }

    private Verdict https() throws CannotAsk {
        return reach(Way.HTTPS, true, openHttps());
    }

    private String openHttps() {
        return "open port 443 to the internet, or set https_proxy in [agent.env] of " + settings.file();
    }

    /** @param isUsed whether the agent goes this way; else it is good to know only */
    private Verdict reach(Way way, boolean isUsed, String fix) throws CannotAsk {
        String host = hub();
        try {
            CloudSight.Answer answer = cloud.get().connect(way, host);
            return Verdict.ok(answer.name() + " answered on port " + way.port() + ", its certificate is valid until "
                    + answer.until());
        } catch (ProblemException e) {
            String text = host + ", port " + way.port() + ": " + e.problem().text();
            return isUsed
                    ? Verdict.error(text, fix)
                    : Verdict.warning(text + ". The agent does not go this way now.", fix);
        }
    }

    private Verdict provisioning() throws CannotAsk {
        AgentConfig config = settings.require();
        if (!(config.device() instanceof DeviceConfig.Dps service)) {
            return Verdict.ignored("the settings name no provisioning service");
        }
        try {
            CloudSight.Answer answer =
                    cloud.get().connect(Way.HTTPS, service.endpoint().split(":", 2)[0]);
            return Verdict.ok(answer.name() + " answered");
        } catch (ProblemException e) {
            return Verdict.error(service.endpoint() + ": " + e.problem().text(), openHttps());
        }
    }

    private Verdict time() throws CannotAsk {
        Instant before = clock.instant();
        if (before.isBefore(PLAUSIBLE)) {
            return Verdict.error("The clock says " + before + ", so no certificate is valid.", SET_CLOCK);
        }
        Optional<Instant> told;
        try {
            told = cloud.get().time(hub());
        } catch (ProblemException e) {
            if (e.problem().text().contains("clock")) {
                return Verdict.error(e.problem().text(), SET_CLOCK);
            }
            throw new CannotAsk("the hub cannot be reached");
        }
        if (told.isEmpty()) {
            return Verdict.ignored("the hub tells no time");
        }
        // it was told at some moment between the two
        Instant after = clock.instant();
        Duration behind = Duration.between(after, told.get());
        Duration ahead = Duration.between(told.get(), before);
        Duration off = behind.compareTo(ahead) > 0 ? behind : ahead;
        String words = "The clock is " + Math.max(0, off.toSeconds()) + " seconds "
                + (behind.compareTo(ahead) > 0 ? "behind" : "ahead of") + " the hub's";
        if (off.compareTo(MUCH) > 0) {
            return Verdict.error(words + ", and the hub may refuse the device for it.", SET_CLOCK);
        }
        return off.compareTo(A_LITTLE) > 0
                ? Verdict.warning(words + ".", SET_CLOCK)
                : Verdict.ok("less than 10 seconds off");
    }

    private Verdict fromModules() throws CannotAsk {
        facts.get();
        AgentConfig config = settings.require();
        String host = hub();
        Optional<Proxy> proxy = way().proxyFor(host, Way.HTTPS.port());
        String name = proxy.map(Proxy::host).orElse(host);
        Set<Integer> ports = proxy.<Set<Integer>>map(known -> Set.of(known.port()))
                .orElse(new TreeSet<>(Set.of(Way.MQTT.port(), Way.HTTPS.port())));
        Optional<EngineSight.Reach> reach = engine.reach(config.network().name(), name, List.copyOf(ports));
        if (reach.isEmpty()) {
            return Verdict.ignored("the network of modules is made with the first module");
        }
        String network = "network " + config.network().name();
        if (!reach.get().resolves()) {
            return forModules(
                    config,
                    "In a container on the " + network + " the name " + name + " is not known.",
                    "set \"dns\": [\"ADDRESS\"] in /etc/docker/daemon.json, then: sudo systemctl restart docker");
        }
        Set<Integer> closed = new TreeSet<>(ports);
        closed.removeAll(reach.get().open());
        return closed.isEmpty()
                ? Verdict.ok(name + " answers to modules on " + ports)
                : forModules(
                        config,
                        "From a container on the " + network + ", " + name + " does not answer on port "
                                + String.join(
                                        ", ",
                                        closed.stream().map(String::valueOf).toList()) + ".",
                        "let the firewall forward it: sudo iptables -L FORWARD -n -v; sysctl net.ipv4.ip_forward must"
                                + " be 1");
    }

    /** With the built-in hub modules need no way to the cloud of their own. */
    private static Verdict forModules(AgentConfig config, String text, String fix) {
        return config.hub().enabled()
                ? Verdict.warning(text + " Modules that use the hub on this board do not need it.", fix)
                : Verdict.error(text, fix);
    }

    private Verdict identity() throws CannotAsk {
        settings.require();
        if (cloud.get().hubHost().isEmpty()) {
            throw new CannotAsk("no provisioning service has said yet which device it is");
        }
        try {
            return Verdict.ok("the device has " + cloud.get().identities() + " module identities");
        } catch (ProblemException e) {
            ErrorCode code = e.problem().code();
            if (code == ErrorCode.HUB_UNREACHABLE) {
                throw new CannotAsk("the hub cannot be reached");
            }
            if (code == ErrorCode.HUB_THROTTLED) {
                throw new CannotAsk("the hub asks for fewer calls");
            }
            return Verdict.error(
                    e.problem().text(), "sudo edge-agent config mp --force, then: sudo edge-agent config apply");
        }
    }
}
