package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.adapter.linux.HostGauge;
import io.edgeagent.adapter.store.FileSystemSpace;
import io.edgeagent.identity.Device;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.Json;
import io.edgeagent.ops.Exposition;
import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.ops.Operations;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The agent's figures and the host's, under IoT Edge's names where it has the same ones and under {@code edge_agent_} where not. They
 * are collected when they are asked for, on the thread that asks.
 */
final class AgentFigures implements FiguresHead.Text {
    private final Supplier<Operations> agent;
    private final Supplier<Map<String, ModuleUsage>> usage;
    private final Map<String, String> common = new LinkedHashMap<>();
    private final String version;
    private final Path state;
    private final HostGauge gauge = new HostGauge();
    private final ModuleFigures perModule = new ModuleFigures();
    private final ModuleFigures perHost = new ModuleFigures();
    private final FileSystemSpace disks = new FileSystemSpace();
    private Optional<HostReadings> before = Optional.empty();

    /**
     * @param agent that runs; asked each time, as {@code usage} is
     * @param usage what modules use of the board, by module
     * @param state a folder on the disk that matters
     */
    AgentFigures(
            Supplier<Operations> agent,
            Supplier<Map<String, ModuleUsage>> usage,
            Device device,
            String version,
            Path state) {
        this.agent = agent;
        this.usage = usage;
        this.version = version;
        this.state = state;
        common.put("iothub", device.hubHost());
        common.put("edge_device", device.deviceId());
        common.put("instance_number", UUID.randomUUID().toString());
    }

    @Override
    public String of(JsonNode hub) {
        Exposition text = new Exposition(common);
        hub.forEach(series -> copy(series, text));
        Operations asked = agent.get();
        asked.metrics().forEach(series -> copy(series, text));
        modules(asked.status(), text);
        Map<String, ModuleUsage> used = usage.get();
        synchronized (this) {
            perModule.write(used, text);
            host(text);
        }
        return text.text();
    }

    private static void copy(JsonNode series, Exposition text) {
        String name = series.path("name").asText();
        Map<String, String> labels = strings(series.path("labels"));
        if (series.has("quantiles")) {
            Map<String, Double> quantiles = new LinkedHashMap<>();
            series.path("quantiles")
                    .properties()
                    .forEach(entry ->
                            quantiles.put(entry.getKey(), entry.getValue().asDouble()));
            text.summary(
                    name,
                    quantiles,
                    series.path("sum").asDouble(),
                    series.path("count").asLong(),
                    labels);
        } else {
            text.value(name, series.path("value").asDouble(), labels);
        }
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new LinkedHashMap<>();
        object.properties()
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        return strings;
    }

    private void modules(JsonNode status, Exposition text) {
        text.gauge(
                "edgeAgent_metadata",
                0,
                "edge_agent_version",
                version,
                "experimental_features",
                "{}",
                "host_information",
                hostInformation());
        Duration up = Duration.between(Instant.parse(status.path("startTime").asText()), Instant.now());
        text.gauge("edgeAgent_iotedged_uptime_seconds", Math.max(0, up.toSeconds()));
        text.gauge("edge_agent_hub_link_up", status.at("/link/up").asBoolean() ? 1 : 0);
        text.gauge("edge_agent_engine_up", status.at("/engine/up").asBoolean() ? 1 : 0);
        text.gauge(
                "edge_agent_deployment_version",
                status.at("/deployment/version").asLong());
        text.gauge("edge_agent_deployment_status", status.at("/deployment/code").asInt());
        status.path("modules").properties().forEach(module -> {
            JsonNode known = module.getValue();
            String[] name = {"module_name", module.getKey()};
            text.gauge(
                    "edge_agent_module_running",
                    known.path("runtimeStatus").asText().equals("running") ? 1 : 0,
                    name);
            if (known.has("restarts")) {
                text.gauge("edge_agent_module_restarts", known.path("restarts").asLong(), name);
            }
        });
    }

    /** Some of the fields that IoT Edge's agent gives. */
    private static String hostInformation() {
        return Json.MAPPER
                .createObjectNode()
                .put("OperatingSystemType", "linux")
                .put("Architecture", System.getProperty("os.arch"))
                .put("KernelVersion", System.getProperty("os.version"))
                .put("NumCpus", Runtime.getRuntime().availableProcessors())
                .toString();
    }

    private void host(Exposition text) {
        HostReadings now = gauge.readings();
        String[] name = {"module_name", "host"};
        text.gauge("edgeAgent_host_uptime_seconds", now.uptime().toSeconds());
        text.gauge("edgeAgent_total_memory_bytes", now.memoryTotal(), name);
        text.gauge("edgeAgent_used_memory_bytes", now.memoryTotal() - now.memoryAvailable(), name);
        perHost.percent(cpuPercent(now), "host", text);
        before = Optional.of(now);
        now.celsius().ifPresent(degrees -> text.gauge("edge_agent_host_temperature_celsius", degrees));
        now.power().ifPresent(power -> {
            text.gauge("edge_agent_host_undervoltage", power.undervoltage() ? 1 : 0);
            text.gauge("edge_agent_host_undervoltage_since_boot", power.undervoltageSinceBoot() ? 1 : 0);
            text.gauge("edge_agent_host_throttled", power.throttled() ? 1 : 0);
            text.gauge("edge_agent_host_throttled_since_boot", power.throttledSinceBoot() ? 1 : 0);
        });
        now.cards()
                .forEach(card ->
                        text.gauge("edge_agent_host_card_life_used_ratio", card.used() / 100.0, "card", card.name()));
        disk(text);
    }

    /** Since somebody asked last; at first since the host's start. */
    private double cpuPercent(HostReadings now) {
        long busy = now.cpuBusy() - before.map(HostReadings::cpuBusy).orElse(0L);
        long total = now.cpuTotal() - before.map(HostReadings::cpuTotal).orElse(0L);
        return total <= 0 ? 0 : Math.round(1000.0 * busy / total) / 10.0;
    }

    private void disk(Exposition text) {
        disks.of(state.toString()).ifPresent(room -> {
            String[] labels = {"disk_name", "unknown", "disk_filesystem", "unknown", "disk_filetype", "unknown"};
            try {
                FileStore store = Files.getFileStore(state);
                labels[1] = store.name();
                labels[3] = store.type();
            } catch (IOException e) {
                // not every container knows its mounts
                labels[1] = state.toString();
            }
            text.gauge("edgeAgent_available_disk_space_bytes", room.free(), labels);
            text.gauge("edgeAgent_total_disk_space_bytes", room.total(), labels);
        });
    }
}
