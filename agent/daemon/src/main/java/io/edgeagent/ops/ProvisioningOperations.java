package io.edgeagent.ops;

/** How the device got its identity, as the command on the board sees it. */
@FunctionalInterface
public interface ProvisioningOperations {

    /**
     * Asks the provisioning service again, if there is one. Blocks for up to half a minute; any thread.
     *
     * @return what came of it, a line for people
     * @throws io.edgeagent.model.ProblemException if the service refused the device or did not answer
     */
    String reprovision();
}
