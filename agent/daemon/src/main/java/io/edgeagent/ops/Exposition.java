package io.edgeagent.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures in Prometheus' text format 0.0.4. For one thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the format</a>
 */
public final class Exposition {
    /** Of an answer that carries it. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int LONGEST_VALUE = 300;

    private final Map<String, String> common;
    private final Map<String, Family> families = new TreeMap<>();

    /** All series of one name, which stand together. */
    private record Family(String type, List<String> lines) {}

    /** @param common labels that every series has */
    public Exposition(Map<String, String> common) {
        this.common = new LinkedHashMap<>(common);
    }

    /** @param labels name, value, name, value ... */
    public void gauge(String name, double value, String... labels) {
        add("gauge", name, name, value, labels(labels));
    }

    /** The same for a whole number; beyond 2^53 the last digits are lost. */
    public void gauge(String name, long value, String... labels) {
        gauge(name, (double) value, labels);
    }

    /** @param name with {@code _total} */
    public void counter(String name, double value, String... labels) {
        add("counter", name, name, value, labels(labels));
    }

    /** A series that another part of the agent keeps; one that is called {@code _total} counts. */
    public void value(String name, double value, Map<String, String> labels) {
        add(name.endsWith("_total") ? "counter" : "gauge", name, name, value, labels);
    }

    /** @param quantiles by their name, "0.5" */
    public void summary(
            String name, Map<String, Double> quantiles, double sum, long count, Map<String, String> labels) {
        quantiles.forEach((quantile, value) -> {
            Map<String, String> own = new LinkedHashMap<>(labels);
            own.put("quantile", quantile);
            add("summary", name, name, value, own);
        });
        add("summary", name, name + "_sum", sum, labels);
        add("summary", name, name + "_count", (double) count, labels);
    }

    private static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    private void add(String type, String family, String name, double value, Map<String, String> labels) {
        StringBuilder line = new StringBuilder(name).append('{');
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.putAll(common);
        String separator = "";
        for (Map.Entry<String, String> label : all.entrySet()) {
            line.append(separator).append(label.getKey()).append("=\"");
            escape(label.getValue(), line);
            line.append('"');
            separator = ",";
        }
        line.append("} ").append(number(value));
        families.computeIfAbsent(family, key -> new Family(type, new ArrayList<>()))
                .lines()
                .add(line.toString());
    }

    /** Names of clients are strangers' words. */
    private static void escape(String value, StringBuilder to) {
        for (int i = 0; i < Math.min(value.length(), LONGEST_VALUE); i++) {
            switch (value.charAt(i)) {
                case '\\' -> to.append("\\\\");
                case '"' -> to.append("\\\"");
                case '\n' -> to.append("\\n");
                default -> to.append(value.charAt(i));
            }
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(name.replace('_', ' '))
                    .append('\n');
            text.append("# TYPE ")
                    .append(name)
                    .append(' ')
                    .append(family.type())
                    .append('\n');
            family.lines().forEach(line -> text.append(line).append('\n'));
        });
        return text.toString();
    }
}
