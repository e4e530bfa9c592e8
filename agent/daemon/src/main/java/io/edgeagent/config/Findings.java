package io.edgeagent.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is wrong with a configuration, gathered so that a person can put all of it right at once. Holds no values of secrets. */
public final class Findings {
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Findings() {}

    /** Each keeps the agent from starting. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** What is there without effect. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    void warn(String text) {
        warnings.add(text);
    }

    void error(String text) {
        errors.add(text);
    }

    /** The setting, or a stand-in after noting what is wrong with it. */
    <T> T read(T standIn, Supplier<T> setting) {
        try {
            return setting.get();
        } catch (ConfigException e) {
            errors.add(e.getMessage());
            return standIn;
        }
    }

    void refuseErrors() {
        if (!errors.isEmpty()) {
            throw new ConfigException(String.join("; ", errors));
        }
    }
}
