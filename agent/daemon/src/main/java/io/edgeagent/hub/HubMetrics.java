package io.edgeagent.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts under the names and labels of edgeHub's metrics (contract 10, hub contract 5.5), since the hub started. Names are bounded
 * only by what clients do, so the number of series is. For the hub's thread.
 */
final class HubMetrics {
    static final int MOST_SERIES = 1000;
    private static final int SAMPLES = 64;
    private static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9, 0.99);
    private static final String PREFIX = "edgehub_";

    /** A metric with its labels, in the order in which they were given. */
    private record Series(String name, Map<String, String> labels) {
        private static Series of(String name, String... labels) {
            Map<String, String> map = new LinkedHashMap<>();
            for (int i = 0; i < labels.length; i += 2) {
                map.put(labels[i], labels[i + 1]);
            }
            return new Series(name, map);
        }
    }

    /** The last values and the sum of all. */
    private static final class Summary {
        private final double[] last = new double[SAMPLES];
        private long count;
        private double sum;

        private void add(double value) {
            last[(int) (count % SAMPLES)] = value;
            count++;
            sum += value;
        }

        private void write(ObjectNode node) {
            double[] sorted = Arrays.copyOf(last, (int) Math.min(count, SAMPLES));
            Arrays.sort(sorted);
            node.put("count", count).put("sum", sum);
            ObjectNode quantiles = node.putObject("quantiles");
            for (double quantile : QUANTILES) {
                int rank = (int) Math.ceil(quantile * sorted.length);
                quantiles.put(Double.toString(quantile), sorted[Math.max(0, rank - 1)]);
            }
        }
    }

    private final Map<Series, Long> counters = new LinkedHashMap<>();
    private final Map<Series, Summary> summaries = new LinkedHashMap<>();
    private long leftOut;

    /**
     * Counts one more.
     *
     * @param name without {@code edgehub_} and {@code _total}
     * @param labels name, value, name, value ...
     */
    void count(String name, String... labels) {
        Series series = Series.of(PREFIX + name + "_total", labels);
        if (mayHold(counters, series)) {
            counters.merge(series, 1L, Long::sum);
        }
    }

    /**
     * Adds a value to a summary.
     *
     * @param name without {@code edgehub_}, with its unit
     */
    void observe(String name, double value, String... labels) {
        Series series = Series.of(PREFIX + name, labels);
        if (mayHold(summaries, series)) {
            summaries.computeIfAbsent(series, key -> new Summary()).add(value);
        }
    }

    void observe(String name, Duration value, String... labels) {
        observe(name, value.toNanos() / 1e9, labels);
    }

    private boolean mayHold(Map<Series, ?> known, Series series) {
        boolean may = known.containsKey(series) || counters.size() + summaries.size() < MOST_SERIES;
        if (!may) {
            leftOut++;
        }
        return may;
    }

    /** Each series as {@code name}, {@code labels} and {@code value}, or {@code count}, {@code sum} and {@code quantiles}. */
    void write(ArrayNode list) {
        Map<String, ObjectNode> sorted = new TreeMap<>();
        counters.forEach(
                (series, value) -> sorted.put(series.toString(), node(series).put("value", value)));
        summaries.forEach((series, summary) -> {
            ObjectNode node = node(series);
            summary.write(node);
            sorted.put(series.toString(), node);
        });
        sorted.values().forEach(list::add);
        if (leftOut > 0) {
            gauge(list, "left_out", leftOut);
        }
    }

    /** A value that is there without counting. */
    static void gauge(ArrayNode list, String name, long value, String... labels) {
        list.add(node(Series.of(PREFIX + name, labels)).put("value", value));
    }

    private static ObjectNode node(Series series) {
        ObjectNode node = Json.MAPPER.createObjectNode().put("name", series.name());
        ObjectNode labels = node.putObject("labels");
        series.labels().forEach(labels::put);
        return node;
    }
}
