package io.edgeagent.identity;

import java.util.Collection;
import java.util.Set;

/**
 * Where modules ask the agent for their credentials: one socket for each, in a folder that its container mounts. Touches the disk:
 * not for a thread that must not wait.
 */
public interface ModuleSockets {

    /** For an agent whose modules get no sockets. */
    ModuleSockets NONE = identities -> true;

    /**
     * Opens the sockets of these modules and closes all others. Those that are open stay open, and all folders stay: a container may
     * have one mounted, and a folder that is made anew is another one.
     *
     * @return false if one could not be opened, which was logged: worth another try
     */
    boolean follow(Collection<ModuleIdentity> identities);

    /** Takes away the folders of all other modules, which no container needs. */
    default void keepOnly(Set<String> modules) {}
}
