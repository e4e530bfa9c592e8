package io.edgeagent.check;

import io.edgeagent.reconcile.EngineInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The container engine, as far as checks ask it. Calls block and throw ProblemException. */
public interface EngineSight {

    /**
     * What the engine says of itself.
     *
     * @param oldestApi that it still speaks, "1.24"; empty if it does not say
     * @param limitsMemory whether it can limit the memory of containers
     * @param proxy for its pulls; empty for none
     */
    record Facts(EngineInfo info, String oldestApi, boolean limitsMemory, String proxy) {}

    /**
     * How a host is reached from inside a network of the engine.
     *
     * @param resolves whether its name is known there
     * @param open those of the ports that answer
     */
    record Reach(boolean resolves, Set<Integer> open) {}

    Facts facts();

    /** Running containers of an IoT Edge. */
    List<String> iotEdge();

    /** Modules whose containers write logs without a limit. */
    List<String> withoutLogLimit();

    /** Tries it from a container that is made for it and removed; empty if there is no such network. */
    Optional<Reach> reach(String network, String host, List<Integer> ports);
}
