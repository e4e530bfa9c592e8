package io.edgeagent.fake;

import io.edgeagent.model.Deployment;
import io.edgeagent.model.ModuleSpec;
import java.util.Map;
import java.util.TreeMap;

/** A module with which nothing can be done, standing for all faults that nobody foresaw: whoever reads its createOptions stumbles. */
public final class BrokenModule {
    private BrokenModule() {}

    /** The deployment, in which this module is broken. */
    public static Deployment in(Deployment whole, String name) {
        ModuleSpec good = whole.modules().get(name);
        Map<String, ModuleSpec> modules = new TreeMap<>(whole.modules());
        modules.put(
                name,
                new ModuleSpec(
                        name,
                        good.image(),
                        null,
                        good.env(),
                        good.status(),
                        good.restartPolicy(),
                        good.pullPolicy(),
                        good.startupOrder(),
                        good.version()));
        return new Deployment(
                whole.version(),
                whole.runtimeSettings(),
                whole.credentials(),
                whole.agent(),
                whole.hub(),
                whole.updates(),
                modules,
                whole.faults());
    }
}
