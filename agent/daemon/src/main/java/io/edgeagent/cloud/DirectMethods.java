package io.edgeagent.cloud;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The direct methods of {@code $edgeAgent}; names are compared without regard to case. */
public final class DirectMethods {
    private final Map<String, Function<String, MethodResult>> methods;

    /** @param methods by name; each takes the payload as JSON text */
    public DirectMethods(Map<String, Function<String, MethodResult>> methods) {
        Map<String, Function<String, MethodResult>> lower = new TreeMap<>();
        methods.forEach((name, method) -> lower.put(name.toLowerCase(Locale.ROOT), method));
        this.methods = lower;
    }

    public MethodResult call(String name, String payload) {
        Function<String, MethodResult> method = methods.get(name.toLowerCase(Locale.ROOT));
        if (method == null) {
            return MethodResult.error(
                    400,
                    "Command '" + name + "' not found. The supported commands are - "
                            + String.join(", ", methods.keySet()));
        }
        try {
            return method.apply(payload);
        } catch (IllegalArgumentException e) {
            return MethodResult.error(400, e.getMessage());
        } catch (RuntimeException e) {
            return MethodResult.error(500, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
