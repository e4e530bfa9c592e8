package io.edgeagent.reconcile;

import java.util.Optional;

/**
 * What a container's label says of the recipe that made it, beside the module's own spec: the version of {@link ContainerRecipe},
 * and those of the agent's settings that it writes into containers. A container with another mark is made anew once.
 *
 * @param version {@link #VERSION} of the agent that made it
 * @param network the module network
 * @param hub host name of the device, by which modules find the built-in hub; empty where they talk to IoT Hub directly
 * @param parent host name of the device above, where there is one
 */
public record RecipeMark(int version, String network, Optional<String> hub, Optional<String> parent) {
    /**
     * Is raised by one when {@link ContainerRecipe} adds something else, and a module that runs needs it before its next change.
     * Each raise costs every module of every board one restart, so do without where a module does not notice.
     */
    static final int VERSION = 1;

    /** Before there were marks. */
    private static final int UNMARKED = 1;

    static RecipeMark now(String network, Optional<String> hub, Optional<String> parent) {
        return new RecipeMark(VERSION, network, hub, parent);
    }

    /** What is written on the container. */
    public String text() {
        return version + " network=" + network
                + hub.map(name -> " hub=" + name).orElse("")
                + parent.map(name -> " parent=" + name).orElse("");
    }

    /**
     * Whether a container is as it would be made now.
     *
     * @param label as read from the container; empty for one from before there were marks, which knew no hub
     */
    public boolean isOn(String label) {
        return label.isEmpty() ? version == UNMARKED && hub.isEmpty() && parent.isEmpty() : label.equals(text());
    }
}
