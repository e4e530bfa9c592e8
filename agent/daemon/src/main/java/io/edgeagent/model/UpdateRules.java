package io.edgeagent.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * When modules that run may be changed, from the environment of {@code systemModules.edgeAgent}, which the portal can set.
 *
 * @param readable otherwise nobody knows when, and modules that run are left alone
 * @param overridesLocks modules' update locks do not count
 * @param window empty for any time
 * @param pullsInWindow images of modules that run are fetched in the window, too; else as soon as they are wanted
 */
public record UpdateRules(
        boolean readable, boolean overridesLocks, Optional<UpdateWindow> window, boolean pullsInWindow) {
    static final UpdateRules UNREADABLE = new UpdateRules(false, false, Optional.empty(), true);
    static final UpdateRules NONE = new UpdateRules(true, false, Optional.empty(), false);

    private static final String WINDOW = "UpdateWindow";
    private static final String LOCKS = "UpdateLocks";
    private static final String PULLS = "UpdatePulls";

    static UpdateRules of(Map<String, String> env) {
        Optional<UpdateWindow> window = text(env, WINDOW).map(UpdateRules::window);
        boolean pullsInWindow = isSecond(env, PULLS, "AnyTime", "InWindow");
        if (pullsInWindow && window.isEmpty()) {
            throw wrong(PULLS, "is InWindow, but " + WINDOW + " is not set");
        }
        return new UpdateRules(true, isSecond(env, LOCKS, "honor", "override"), window, pullsInWindow);
    }

    private static UpdateWindow window(String text) {
        try {
            return UpdateWindow.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(WINDOW, e.getMessage());
        }
    }

    private static boolean isSecond(Map<String, String> env, String name, String first, String second) {
        String value = text(env, name).orElse(first).toLowerCase(Locale.ROOT);
        if (!value.equals(first.toLowerCase(Locale.ROOT)) && !value.equals(second.toLowerCase(Locale.ROOT))) {
            throw wrong(name, "is \"" + Printable.of(value, 40) + "\", expected one of: " + first + ", " + second);
        }
        return value.equals(second.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> text(Map<String, String> env, String name) {
        return Optional.ofNullable(env.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static RefusedDeployment wrong(String name, String why) {
        return new RefusedDeployment(DeploymentStatus.formatError(
                "systemModules.edgeAgent.env." + name + ": " + why + "; until then modules that run are not changed"));
    }
}
