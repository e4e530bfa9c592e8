package io.edgeagent.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips the classes named *IT where ./dev has not set up an engine, a registry and an address for the hub. Registered for all tests in
 * META-INF/services.
 */
public final class NeedsLab implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean wanted = context.getTestClass()
                .filter(test -> test.getSimpleName().endsWith("IT"))
                .isPresent();
        return wanted && System.getenv("EDGE_TEST_ENGINE") == null
                ? ConditionEvaluationResult.disabled("skipped: needs ./dev")
                : ConditionEvaluationResult.enabled("");
    }
}
