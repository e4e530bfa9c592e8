package io.edgeagent.hub.topic;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A topic filter of MQTT 3.1.1 (4.7): {@code +} stands for one level, {@code #} at the end for all that follow and for the level
 * above. At its beginning neither stands for a level that begins with a dollar sign. Immutable.
 */
public final class PlainFilter {
    /** Characters and levels of a topic or filter: far more than people use, and not enough for a stack or a heap. */
    static final int LONGEST = 1024;

    static final int DEEPEST = 32;
    static final String ONE = "+";
    static final String ALL = "#";

    private final String text;
    private final List<String> levels;

    private PlainFilter(String text, List<String> levels) {
        this.text = text;
        this.levels = levels;
    }

    /** Empty if it is not a valid filter, or is longer or deeper than the hub takes. */
    public static Optional<PlainFilter> of(String text) {
        if (problem(text).isPresent()) {
            return Optional.empty();
        }
        List<String> levels = levels(text);
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wildcard = level.contains(ONE) || level.contains(ALL);
            if (wildcard && (level.length() > 1 || (level.equals(ALL) && i < levels.size() - 1))) {
                return Optional.empty();
            }
        }
        return Optional.of(new PlainFilter(text, levels));
    }

    /** Why a text is neither topic nor filter, wildcards apart; empty if it may be one. */
    static Optional<String> problem(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.of("it must have 1 to " + LONGEST + " characters");
        }
        if (text.chars().filter(c -> c == '/').count() >= DEEPEST) {
            return Optional.of("it has more than " + DEEPEST + " levels");
        }
        return text.indexOf(0) >= 0 ? Optional.of("it holds the character U+0000") : Optional.empty();
    }

    /** Why nobody may publish to a topic, whoever it is; empty if somebody may. */
    static Optional<String> problemOfTopic(String topic) {
        if (topic.contains(ONE) || topic.contains(ALL)) {
            return Optional.of("a topic has no wildcard");
        }
        return isPlain(topic) ? problem(topic) : Optional.of("it is not a plain topic");
    }

    /** Whether a topic or filter is no business of IoT Hub's, and no reserved one. */
    public static boolean isPlain(String topicOrFilter) {
        return !topicOrFilter.startsWith("$") && !topicOrFilter.startsWith("devices/");
    }

    static List<String> levels(String text) {
        return Arrays.asList(text.split("/", -1));
    }

    List<String> levels() {
        return levels;
    }

    /** What one subscription to it takes of the memory, about: the tree has a node with two maps for each level. */
    int bytes() {
        return 2 * text.length() + 256 * levels.size();
    }

    /** Whether a topic is one that the filter means. */
    public boolean matches(String topic) {
        return covers(levels(topic), false);
    }

    /** Whether each topic that the other filter means is one that this filter means. */
    public boolean covers(PlainFilter other) {
        return covers(other.levels, true);
    }

    /** @param wildcards whether wildcards in the levels are wildcards; there are none in a topic */
    private boolean covers(List<String> others, boolean wildcards) {
        String first = others.get(0);
        if (first.startsWith("$") && (levels.get(0).equals(ONE) || levels.get(0).equals(ALL))) {
            return false;
        }
        for (int i = 0; i < levels.size(); i++) {
            String mine = levels.get(i);
            if (mine.equals(ALL)) {
                return true;
            }
            if (i == others.size()) {
                return false;
            }
            String level = others.get(i);
            if (wildcards && level.equals(ALL)) {
                return false;
            }
            if (!mine.equals(ONE) && !mine.equals(level)) {
                return false;
            }
        }
        return levels.size() == others.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlainFilter filter && filter.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
