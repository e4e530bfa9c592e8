package io.edgeagent.board;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Deployment;
import io.edgeagent.reconcile.Step;
import java.util.List;
import java.util.Map;

/** Hands a module's steps over to be done, once what must be remembered of them is on the disk. Does not block. */
@FunctionalInterface
public interface StepLauncher {
    void launch(String module, List<Step> steps, Deployment deployment, Map<String, ModuleIdentity> identities);
}
