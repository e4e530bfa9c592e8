package io.edgeagent.twin;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The direct methods of {@code $edgeAgent}; names are compared without regard to case. */
public final class DirectMethods {
    private final Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods;

    /** @param methods by name; each takes the payload as JSON text */
    public DirectMethods(Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods) {
        Map<String, Function<String, CompletableFuture<MethodAnswer>>> lower = new TreeMap<>();
        methods.forEach((name, method) -> lower.put(name.toLowerCase(Locale.ROOT), method));
        this.methods = lower;
    }

    public CompletableFuture<MethodAnswer> call(String name, String payload) {
        Function<String, CompletableFuture<MethodAnswer>> method = methods.get(name.toLowerCase(Locale.ROOT));
        if (method == null) {
            return error(
                    400,
                    "Command '" + name + "' not found. The supported commands are - "
                            + String.join(", ", methods.keySet()));
        }
        try {
            return method.apply(payload);
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage());
        } catch (RuntimeException e) {
            return error(500, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static CompletableFuture<MethodAnswer> error(int status, String message) {
        return CompletableFuture.completedFuture(MethodAnswer.error(status, message));
    }
}
