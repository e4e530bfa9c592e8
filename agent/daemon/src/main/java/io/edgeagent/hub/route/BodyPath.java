package io.edgeagent.hub.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A path into the body: {@code temperature.values[0].celsius}. Names are case-sensitive. */
final class BodyPath {
    // a text that IoT Edge reads as a date has no value in a condition; bounded, and nothing in it repeats a group
    private static final Pattern DATE_TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,7})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?");
    private static final int LONGEST_DATE_TIME = 34;

    private final List<Object> steps;

    private BodyPath(List<Object> steps) {
        this.steps = steps;
    }

    /** @param position of the path in the route, for the message */
    static BodyPath parse(String text, int position) throws RouteException {
        List<Object> steps = new ArrayList<>();
        int at = 0;
        while (true) {
            int dot = text.indexOf('.', at);
            String segment = text.substring(at, dot < 0 ? text.length() : dot);
            addSegment(steps, segment, position + at);
            if (dot < 0) {
                return new BodyPath(List.copyOf(steps));
            }
            at = dot + 1;
        }
    }

    private static void addSegment(List<Object> steps, String segment, int position) throws RouteException {
        int bracket = segment.indexOf('[');
        String name = bracket < 0 ? segment : segment.substring(0, bracket);
        if (name.isEmpty() || name.chars().allMatch(c -> c >= '0' && c <= '9') || name.indexOf(']') >= 0) {
            throw RouteException.compile(position, "a name is expected in the path into the body");
        }
        steps.add(name);
        int at = bracket;
        while (at >= 0 && at < segment.length()) {
            int end = segment.indexOf(']', at);
            String index = end < 0 || segment.charAt(at) != '[' ? "" : segment.substring(at + 1, end);
            if (index.isEmpty() || index.length() > 9 || !index.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw RouteException.compile(position + at, "an index is expected, as in list[0]");
            }
            steps.add(Integer.valueOf(index));
            at = end + 1;
        }
    }

    /** A value as conditions know it: what is missing is null, objects, arrays and dates are undefined. */
    Object in(JsonNode root) {
        JsonNode node = root;
        for (Object step : steps) {
            node = step instanceof Integer index ? node.path(index) : node.path((String) step);
        }
        if (node.isNull() || node.isMissingNode()) {
            return node.isNull() ? Expression.NULL : Missing.VALUE;
        }
        if (node.isTextual()) {
            String text = node.textValue();
            return text.length() <= LONGEST_DATE_TIME && DATE_TIME.matcher(text).matches()
                    ? Expression.UNDEFINED
                    : text;
        }
        if (node.isNumber()) {
            return Expression.number(node.doubleValue());
        }
        return node.isBoolean() ? (Object) node.booleanValue() : Expression.UNDEFINED;
    }

    /** The null of a field that is missing: {@code is_null} tells it from the one that is written (hub contract, vectors). */
    enum Missing {
        VALUE
    }
}
