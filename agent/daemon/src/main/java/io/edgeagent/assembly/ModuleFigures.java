package io.edgeagent.assembly;

import io.edgeagent.ops.Exposition;
import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.runtime.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The figures of single modules and their processor time between two scrapes. For one thread at a time. */
final class ModuleFigures {
    private Map<String, ModuleUsage> before = Map.of();
    private final Map<String, Metrics.Summary> percents = new TreeMap<>();

    /** @param now by module */
    void write(Map<String, ModuleUsage> now, Exposition text) {
        percents.keySet().retainAll(now.keySet());
        now.forEach((module, usage) -> {
            String[] name = {"module_name", module};
            text.gauge("edgeAgent_used_memory_bytes", usage.memoryBytes(), name);
            text.gauge("edgeAgent_total_memory_bytes", usage.memoryLimit(), name);
            text.gauge("edgeAgent_created_pids_total", usage.pids(), name);
            text.gauge("edgeAgent_total_network_in_bytes", usage.networkIn(), name);
            text.gauge("edgeAgent_total_network_out_bytes", usage.networkOut(), name);
            text.gauge("edgeAgent_total_disk_read_bytes", usage.diskRead(), name);
            text.gauge("edgeAgent_total_disk_write_bytes", usage.diskWritten(), name);
            ModuleUsage last = before.get(module);
            if (last != null && usage.hostCpuNanos() > last.hostCpuNanos() && usage.cpuNanos() >= last.cpuNanos()) {
                percent(
                        100.0 * (usage.cpuNanos() - last.cpuNanos()) / (usage.hostCpuNanos() - last.hostCpuNanos()),
                        module,
                        text);
            }
        });
        before = new HashMap<>(now);
    }

    /** Of all processors together, with the quantiles of the last scrapes: IoT Edge's workbooks ask for one of them. */
    void percent(double value, String module, Exposition text) {
        Metrics.Summary summary = percents.computeIfAbsent(module, name -> new Metrics.Summary());
        summary.add(value);
        text.summary(
                "edgeAgent_used_cpu_percent",
                summary.quantiles(),
                summary.sum(),
                summary.count(),
                Map.of("module_name", module));
    }
}
