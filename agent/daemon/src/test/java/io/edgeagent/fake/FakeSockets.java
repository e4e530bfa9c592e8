package io.edgeagent.fake;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.ModuleSockets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Which modules have a socket, and which a folder. Safe for several threads. */
public final class FakeSockets implements ModuleSockets {
    private final Set<String> open = new TreeSet<>();
    private final Set<String> folders = new TreeSet<>();
    private boolean broken;
    private int calls;

    /** From now on none can be opened; or they can again. */
    public synchronized void setBroken(boolean isBroken) {
        broken = isBroken;
    }

    public synchronized Set<String> open() {
        return Set.copyOf(open);
    }

    public synchronized Set<String> folders() {
        return Set.copyOf(folders);
    }

    /** How often sockets were to be opened. */
    public synchronized int calls() {
        return calls;
    }

    @Override
    public synchronized boolean follow(Collection<ModuleIdentity> identities) {
        calls++;
        open.clear();
        if (!broken) {
            identities.forEach(identity -> open.add(identity.moduleId()));
            folders.addAll(open);
        }
        return !broken;
    }

    @Override
    public synchronized void keepOnly(Set<String> modules) {
        folders.retainAll(modules);
    }
}
