package io.edgeagent.twin;

import io.edgeagent.model.Printable;
import io.edgeagent.model.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** The direct methods of {@code $edgeAgent}; names are compared without regard to case. */
public final class DirectMethods {
    private final Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods;
    private final List<String> names;

    /** @param methods by name; each takes the payload as JSON text */
    public DirectMethods(Map<String, Function<String, CompletableFuture<MethodAnswer>>> methods) {
        Map<String, Function<String, CompletableFuture<MethodAnswer>>> lower = new TreeMap<>();
        methods.forEach((name, method) -> lower.put(name.toLowerCase(Locale.ROOT), method));
        this.methods = lower;
        this.names =
                methods.keySet().stream().sorted(String.CASE_INSENSITIVE_ORDER).toList();
    }

    /** Does not block. What the answer does when it is cancelled is the method's own matter. */
    public CompletableFuture<MethodAnswer> call(String name, String payload) {
        Function<String, CompletableFuture<MethodAnswer>> method = methods.get(name.toLowerCase(Locale.ROOT));
        if (method == null) {
            return error(
                    400,
                    "Command '" + Printable.of(name, 100) + "' not found. The supported commands are - "
                            + String.join(", ", names));
        }
        return attempt(() -> method.apply(payload));
    }

    /** What a method throws is its answer: 400 for a payload that is not right, 500 for all else. */
    public static CompletableFuture<MethodAnswer> attempt(Supplier<CompletableFuture<MethodAnswer>> method) {
        try {
            return method.get();
        } catch (IllegalArgumentException e) {
            return error(400, e.getMessage());
        } catch (RuntimeException e) {
            return error(500, ProblemException.of(e).text());
        }
    }

    private static CompletableFuture<MethodAnswer> error(int status, String message) {
        return CompletableFuture.completedFuture(MethodAnswer.error(status, message));
    }
}
