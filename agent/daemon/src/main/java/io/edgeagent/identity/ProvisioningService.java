package io.edgeagent.identity;

/** The service that says which hub a device belongs to, and by which name. */
public interface ProvisioningService {

    /**
     * Registers the device, which may make it in its hub, or make it there again. Blocks for up to some minutes.
     *
     * @throws io.edgeagent.model.ProblemException PROVISIONING_REFUSED, HUB_UNREACHABLE, HUB_THROTTLED, CERTIFICATE_INVALID
     */
    Device register();
}
