package io.edgeagent.fake;

import io.edgeagent.identity.Device;
import io.edgeagent.identity.ProvisioningService;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A provisioning service in memory, for one device that is enrolled. Safe for use by several threads. */
public final class FakeProvisioning implements ProvisioningService {
    private final Set<Device> made = new HashSet<>();
    private Device assigned;
    private Optional<ProblemException> refusal = Optional.empty();
    private Runnable onRegister = () -> {};
    private int registrations;

    public FakeProvisioning(Device assigned) {
        this.assigned = assigned;
    }

    /** From now on the device belongs there. */
    public synchronized void assign(Device device) {
        assigned = device;
    }

    /** It is not assigned, until {@link #relent}. */
    public synchronized void refuse(ErrorCode code, String text) {
        refusal = Optional.of(new ProblemException(code, "the provisioning service " + text));
    }

    public synchronized void relent() {
        refusal = Optional.empty();
    }

    /** Runs whenever the device registers. */
    public synchronized void onRegister(Runnable action) {
        onRegister = action;
    }

    /** How often the device asked. */
    public synchronized int registrations() {
        return registrations;
    }

    /** Somebody deletes the device in its hub. */
    public synchronized void deleteDevice() {
        made.remove(assigned);
    }

    /** Whether the device is in its hub. */
    public synchronized boolean isInHub() {
        return made.contains(assigned);
    }

    @Override
    public synchronized Device register() {
        registrations++;
        onRegister.run();
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        made.add(assigned);
        return assigned;
    }
}
