package io.edgeagent.runtime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What is counted under the names and labels of IoT Edge's metrics (contract 10), since the start. Names are bounded only by what
 * others do, so the number of series is. Whoever counts often keeps his series: adding to one allocates nothing. For one thread.
 */
public final class Metrics {
    static final int MOST_SERIES = 1000;
    private static final int SAMPLES = 64;
    private static final List<Double> QUANTILES = List.of(0.1, 0.5, 0.9, 0.99);

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

    /** How often something happened. */
    public static final class Counter {
        private long value;

        public void add() {
            value++;
        }
    }

    /** The last values and the sum of all. */
    public static final class Summary {
        private final double[] last = new double[SAMPLES];
        private long count;
        private double sum;

        public void add(double value) {
            last[(int) (count % SAMPLES)] = value;
            count++;
            sum += value;
        }

        public void addNanos(long nanos) {
            add(nanos / 1e9);
        }

        public long count() {
            return count;
        }

        public double sum() {
            return sum;
        }

        /** Of the last values, by their names, "0.5"; at least one was added. */
        public Map<String, Double> quantiles() {
            double[] sorted = Arrays.copyOf(last, (int) Math.min(count, SAMPLES));
            Arrays.sort(sorted);
            Map<String, Double> quantiles = new LinkedHashMap<>();
            for (double quantile : QUANTILES) {
                int rank = (int) Math.ceil(quantile * sorted.length);
                quantiles.put(Double.toString(quantile), sorted[Math.max(0, rank - 1)]);
            }
            return quantiles;
        }

        private void write(ObjectNode node) {
            node.put("count", count).put("sum", sum);
            ObjectNode written = node.putObject("quantiles");
            quantiles().forEach(written::put);
        }
    }

    /** Series by something that each message has, so that no text is made to find one. What clients make up does not fill it. */
    public static final class Kept<K, S> {
        private static final int MOST = 100;
        private final Map<K, S> known = new HashMap<>();
        private final Function<K, S> find;

        public Kept(Function<K, S> find) {
            this.find = find;
        }

        public S of(K key) {
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

    private final String prefix;
    private final Map<String, String> alsoCalled;
    private final Map<Series, Counter> counters = new LinkedHashMap<>();
    private final Map<Series, Summary> summaries = new LinkedHashMap<>();
    /** For all that is over the bound. */
    private final Counter otherCounts = new Counter();

    private final Summary otherValues = new Summary();

    /**
     * @param prefix of all names
     * @param alsoCalled names of summaries that are there under a second name too, both with the prefix
     */
    public Metrics(String prefix, Map<String, String> alsoCalled) {
        this.prefix = prefix;
        this.alsoCalled = Map.copyOf(alsoCalled);
    }

    /**
     * A series to keep; of those that are too many, one for all.
     *
     * @param name without the prefix and {@code _total}
     * @param labels name, value, name, value ...
     */
    public Counter counter(String name, String... labels) {
        Series series = Series.of(prefix + name + "_total", labels);
        return mayHold(counters, series) ? counters.computeIfAbsent(series, key -> new Counter()) : otherCounts;
    }

    /**
     * A series to keep; of those that are too many, one for all.
     *
     * @param name without the prefix, with its unit
     */
    public Summary summary(String name, String... labels) {
        Series series = Series.of(prefix + name, labels);
        return mayHold(summaries, series) ? summaries.computeIfAbsent(series, key -> new Summary()) : otherValues;
    }

    /** Counts one more, of what does not come with each message. */
    public void count(String name, String... labels) {
        counter(name, labels).add();
    }

    public void observe(String name, Duration value, String... labels) {
        summary(name, labels).addNanos(value.toNanos());
    }

    private boolean mayHold(Map<Series, ?> known, Series series) {
        return known.containsKey(series) || counters.size() + summaries.size() < MOST_SERIES;
    }

    /** Each series as {@code name}, {@code labels} and {@code value}, or {@code count}, {@code sum} and {@code quantiles}. */
    public void write(ArrayNode list) {
        Map<String, ObjectNode> sorted = new TreeMap<>();
        counters.forEach(
                (series, counter) -> sorted.put(series.toString(), node(series).put("value", counter.value)));
        summaries.forEach((series, summary) -> {
            for (Series name : List.of(series, second(series))) {
                ObjectNode node = node(name);
                summary.write(node);
                sorted.put(name.toString(), node);
            }
        });
        sorted.values().forEach(list::add);
        long leftOut = otherCounts.value + otherValues.count;
        if (leftOut > 0) {
            gauge(list, prefix + "left_out", leftOut);
        }
    }

    private Series second(Series series) {
        return new Series(alsoCalled.getOrDefault(series.name(), series.name()), series.labels());
    }

    /**
     * A value that is there without counting.
     *
     * @param name whole
     */
    public static void gauge(ArrayNode list, String name, double value, String... labels) {
        list.add(node(Series.of(name, labels)).put("value", value));
    }

    /** The same for a whole number. */
    public static void gauge(ArrayNode list, String name, long value, String... labels) {
        list.add(node(Series.of(name, labels)).put("value", value));
    }

    private static ObjectNode node(Series series) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", series.name());
        ObjectNode labels = node.putObject("labels");
        series.labels().forEach(labels::put);
        return node;
    }
}
