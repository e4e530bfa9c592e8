package io.edgeagent.identity;

import java.util.Collection;

/** Where modules ask the agent for their credentials: one socket for each, in a folder that its container mounts. */
public interface ModuleSockets {

    /** For an agent whose modules get no sockets. */
    ModuleSockets NONE = identities -> true;

    /**
     * Opens the sockets of these modules and takes away all others. Those that are open stay open.
     *
     * @return false if one could not be opened, which was logged: worth another try
     */
    boolean follow(Collection<ModuleIdentity> identities);
}
