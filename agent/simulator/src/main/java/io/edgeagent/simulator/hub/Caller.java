package io.edgeagent.simulator.hub;

import java.util.Set;

/** Who makes a REST request. */
public sealed interface Caller {

    /** Somebody with a token of a shared access policy. */
    record Policy(String name, Set<Policies.Right> rights) implements Caller {}

    /** A device or module with a token or certificate of its own. */
    record Self(IdentityName name) implements Caller {}
}
