package io.edgeagent.reconcile;

import io.edgeagent.model.Attempt;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ModuleSpec;
import io.edgeagent.model.Problem;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What modules may not ask of the host. A module that asks for it is not created, and its status says why; stripping the option
 * in silence, as IoT Edge does, leaves people with a module that fails for no visible reason.
 */
public record ElevationPolicy(Set<Option> refused) {
    public static final ElevationPolicy ALLOW_ALL = new ElevationPolicy(EnumSet.noneOf(Option.class));
    public static final ElevationPolicy REFUSE_ALL = new ElevationPolicy(EnumSet.allOf(Option.class));

    /** Things that make a container more than a container. */
    public enum Option {
        PRIVILEGED,
        CAPABILITIES,
        HOST_NAMESPACES,
        DOCKER_SOCKET,
        HOST_PATHS,
        DEVICES,
        SECURITY_OPTIONS,
        CGROUP_PARENT,
        /** Whatever is not known to be ordinary, such as another runtime, sysctls, or a field of a newer engine. */
        OTHER_OPTIONS;

        /** As in the configuration. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ElevationPolicy {
        refused = Set.copyOf(refused);
    }

    /** Modules of the deployment that ask for what is refused, with the reason. */
    public Map<String, Problem> refusals(Deployment deployment) {
        Map<String, Problem> refusals = new TreeMap<>();
        if (!refused.isEmpty()) {
            // what cannot be judged is refused
            deployment
                    .modules()
                    .forEach((name, spec) -> Attempt.of(() -> refusal(spec), ElevationPolicy::notJudged)
                            .ifPresent(problem -> refusals.put(name, problem)));
        }
        return refusals;
    }

    private Optional<Problem> refusal(ModuleSpec spec) {
        Map<Option, Set<String>> asked = AskedOptions.of(spec.createOptions());
        asked.keySet().retainAll(refused);
        return asked.isEmpty() ? Optional.empty() : Optional.of(problem(asked));
    }

    private static Optional<Problem> notJudged(Problem problem) {
        return Optional.of(new Problem(
                ErrorCode.OPTIONS_REFUSED, "this device's policy cannot judge its createOptions: " + problem.text()));
    }

    private static Problem problem(Map<Option, Set<String>> asked) {
        String options = asked.entrySet().stream()
                .map(option -> option.getKey().text() + " (" + String.join(", ", option.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return new Problem(
                ErrorCode.OPTIONS_REFUSED,
                "this device's policy refuses " + options
                        + "; take it out of createOptions, or allow it in the device's config.toml");
    }
}
