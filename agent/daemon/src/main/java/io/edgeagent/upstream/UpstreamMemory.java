package io.edgeagent.upstream;

import java.util.Map;

/** Keeps what the deployment says of the way to the cloud: after a restart it must be known before the hub can be asked. */
public interface UpstreamMemory {

    /** Empty if nothing was kept, or what was kept cannot be read. */
    Map<String, String> upstream();

    /** @throws io.edgeagent.model.ProblemException if it cannot be written */
    void keepUpstream(Map<String, String> variables);
}
