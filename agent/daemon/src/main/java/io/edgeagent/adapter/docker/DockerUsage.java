package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.ModuleUsage;
import io.edgeagent.reconcile.ContainerRecipe;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** What modules use of the board, from the engine's statistics: one call for each running module. */
final class DockerUsage {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For all modules: an engine that hangs would otherwise hold up the figures of everything else by ten seconds for each. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** From this version of the API on an answer needs no second sample, for which the engine waits two seconds. */
    private static final int ONE_SHOT = 41;

    private static final Fields FIELDS = Fields.of(
            "cpu_stats/cpu_usage/total_usage",
            "cpu_stats/system_cpu_usage",
            "memory_stats/usage",
            "memory_stats/limit",
            "memory_stats/stats/inactive_file",
            "memory_stats/stats/total_inactive_file",
            "pids_stats/current",
            "networks",
            "blkio_stats/io_service_bytes_recursive/op",
            "blkio_stats/io_service_bytes_recursive/value");

    private final DockerConnection connection;
    private final ContainerList list;
    private final String label;
    private final Duration patience;
    private final Duration longest;

    /** @param label of this device's containers */
    DockerUsage(DockerConnection connection, ContainerList list, String label) {
        this(connection, list, label, PATIENCE, LONGEST);
    }

    /**
     * @param patience with one call
     * @param longest after that no other module is asked for
     */
    DockerUsage(DockerConnection connection, ContainerList list, String label, Duration patience, Duration longest) {
        this.connection = connection;
        this.list = list;
        this.label = label;
        this.patience = patience;
        this.longest = longest;
    }

    /** By module; those that end meanwhile or are late are left out, and all if the engine does not answer. Blocks. */
    Map<String, ModuleUsage> read() {
        long began = System.nanoTime();
        Map<String, ModuleUsage> found = new TreeMap<>();
        try {
            int version = connection.guard(
                    "ask the engine for its version",
                    patience,
                    () -> DockerConnection.minor(connection.info().apiVersion()));
            if (version < ONE_SHOT) {
                return Map.of();
            }
            for (ContainerList.Entry entry :
                    connection.guard("list containers", patience, () -> list.labelled(label))) {
                if (System.nanoTime() - began > longest.toNanos()) {
                    break;
                }
                if (entry.isUp() && entry.name().equals(entry.label(ContainerRecipe.MODULE_LABEL))) {
                    read(entry.id(), entry.name(), found);
                }
            }
        } catch (ProblemException e) {
            // status says what is wrong with the engine
        }
        return found;
    }

    private void read(String id, String module, Map<String, ModuleUsage> found) {
        String path = "/containers/" + id + "/stats?stream=false&one-shot=true";
        try {
            found.put(module, usage(connection.guard("read usage", patience, () -> connection.get(path, FIELDS))));
        } catch (ProblemException e) {
            // it may have ended
        }
    }

    static ModuleUsage usage(JsonNode stats) {
        JsonNode memory = stats.path("memory_stats");
        long cache = memory.at("/stats/inactive_file")
                .asLong(memory.at("/stats/total_inactive_file").asLong());
        return new ModuleUsage(
                stats.at("/cpu_stats/cpu_usage/total_usage").asLong(),
                stats.at("/cpu_stats/system_cpu_usage").asLong(),
                Math.max(0, memory.path("usage").asLong() - cache),
                memory.path("limit").asLong(),
                stats.at("/pids_stats/current").asLong(),
                network(stats, "rx_bytes"),
                network(stats, "tx_bytes"),
                disk(stats, "read"),
                disk(stats, "write"));
    }

    private static long network(JsonNode stats, String field) {
        return StreamSupport.stream(stats.path("networks").spliterator(), false)
                .mapToLong(network -> network.path(field).asLong())
                .sum();
    }

    private static long disk(JsonNode stats, String operation) {
        return StreamSupport.stream(
                        stats.at("/blkio_stats/io_service_bytes_recursive").spliterator(), false)
                .filter(entry -> entry.path("op").asText().equalsIgnoreCase(operation))
                .mapToLong(entry -> entry.path("value").asLong())
                .sum();
    }
}
