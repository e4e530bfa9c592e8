package io.edgeagent.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Counts under the names and labels of edgeHub's metrics (contract 10, hub contract 5.5), since the hub started. Names are bounded
 * only by what clients do, so the number of series is. Whoever counts for each message keeps his series: adding to one allocates
 * nothing. For the hub's thread.
 */
final class HubMetrics {
    static final int MOST_SERIES = 1000;
    private static final int SAMPLES = 64;
    private static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9, 0.99);
    private static final String PREFIX = "edgehub_";
    /** IoT Edge's code has the first name, its documentation the second: both are there. */
    private static final Map<String, String> DOCUMENTED = Map.of(
            "edgehub_message_process_duration", "edgehub_message_process_duration_seconds",
            "edgehub_offline_duration", "edgehub_offline_duration_seconds");

    /** A metric with its labels, in the order in which they were given. */
    private record Series(String name, Map<String, String> labels) {
        private static Series of(String name, String... labels) {
            Map<String, String> map = new LinkedHashMap<>();
            for (int i = 0; i < labels.length; i += 2) {
                map.put(labels[i], labels[i + 1]);
            }
            return new Series(name, map);
        }

        private Series documented() {
            return new Series(DOCUMENTED.getOrDefault(name, name), labels);
        }
    }

    /** How often something happened. */
    static final class Counter {
        private long value;

        void add() {
            value++;
        }
    }

    /** The last values and the sum of all. */
    static final class Summary {
        private final double[] last = new double[SAMPLES];
        private long count;
        private double sum;

        void add(double value) {
            last[(int) (count % SAMPLES)] = value;
            count++;
            sum += value;
        }

        void addNanos(long nanos) {
            add(nanos / 1e9);
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

    /** Series by something that each message has, so that no text is made to find one. What clients make up does not fill it. */
    static final class Kept<K, S> {
        private static final int MOST = 100;
        private final Map<K, S> known = new HashMap<>();
        private final Function<K, S> find;

        Kept(Function<K, S> find) {
            this.find = find;
        }

        S of(K key) {
            S series = known.get(key);
            if (series == null) {
                series = find.apply(key);
                if (known.size() < MOST) {
                    known.put(key, series);
                }
            }
            return series;
        }
    }

    private final Map<Series, Counter> counters = new LinkedHashMap<>();
    private final Map<Series, Summary> summaries = new LinkedHashMap<>();
    /** For all that is over the bound. */
    private final Counter otherCounts = new Counter();

    private final Summary otherValues = new Summary();

    /**
     * A series to keep; of those that are too many, one for all.
     *
     * @param name without {@code edgehub_} and {@code _total}
     * @param labels name, value, name, value ...
     */
    Counter counter(String name, String... labels) {
        Series series = Series.of(PREFIX + name + "_total", labels);
        return mayHold(counters, series) ? counters.computeIfAbsent(series, key -> new Counter()) : otherCounts;
    }

    /**
     * A series to keep; of those that are too many, one for all.
     *
     * @param name without {@code edgehub_}, with its unit
     */
    Summary summary(String name, String... labels) {
        Series series = Series.of(PREFIX + name, labels);
        return mayHold(summaries, series) ? summaries.computeIfAbsent(series, key -> new Summary()) : otherValues;
    }

    /** Counts one more, of what does not come with each message. */
    void count(String name, String... labels) {
        counter(name, labels).add();
    }

    void observe(String name, Duration value, String... labels) {
        summary(name, labels).addNanos(value.toNanos());
    }

    private boolean mayHold(Map<Series, ?> known, Series series) {
        return known.containsKey(series) || counters.size() + summaries.size() < MOST_SERIES;
    }

    /** Each series as {@code name}, {@code labels} and {@code value}, or {@code count}, {@code sum} and {@code quantiles}. */
    void write(ArrayNode list) {
        Map<String, ObjectNode> sorted = new TreeMap<>();
        counters.forEach(
                (series, counter) -> sorted.put(series.toString(), node(series).put("value", counter.value)));
        summaries.forEach((series, summary) -> {
            for (Series name : List.of(series, series.documented())) {
                ObjectNode node = node(name);
                summary.write(node);
                sorted.put(name.toString(), node);
            }
        });
        sorted.values().forEach(list::add);
        long leftOut = otherCounts.value + otherValues.count;
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
