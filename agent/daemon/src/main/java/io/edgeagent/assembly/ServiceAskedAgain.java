package io.edgeagent.assembly;

import io.edgeagent.identity.Device;
import io.edgeagent.identity.Reprovisioning;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.ProvisioningOperations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks on a thread of its own, because a provisioning service may take minutes. One question at a time, whoever wants it. */
final class ServiceAskedAgain implements ProvisioningOperations {
    private static final String MANUAL =
            "There is no provisioning service to ask: the settings say who the device is. Changed"
                    + " settings are taken over with: sudo edge-agent config apply";

    private final Optional<Reprovisioning> provisioning;
    private final Duration patience;
    private CompletableFuture<Device> asking =
            CompletableFuture.failedFuture(new IllegalStateException("not asked yet"));

    /** @param provisioning empty where the settings say who the device is */
    ServiceAskedAgain(Optional<Reprovisioning> provisioning, Duration patience) {
        this.provisioning = provisioning;
        this.patience = patience;
    }

    @Override
    public String reprovision() {
        if (provisioning.isEmpty()) {
            return MANUAL;
        }
        try {
            Device device = question(provisioning.get()).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return "The provisioning service says that this is " + device.deviceId() + " on " + device.hubHost() + ".";
        } catch (TimeoutException e) {
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    "the provisioning service has not answered yet; the agent waits on, see: edge-agent events -f");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.INTERNAL, "the agent is stopping");
        } catch (ExecutionException e) {
            Problem problem = ProblemException.of(e.getCause());
            throw new ProblemException(problem.code(), problem.text(), e);
        }
    }

    private synchronized CompletableFuture<Device> question(Reprovisioning service) {
        if (asking.isDone()) {
            asking = CompletableFuture.supplyAsync(service::again, ServiceAskedAgain::onItsOwn);
        }
        return asking;
    }

    private static void onItsOwn(Runnable question) {
        Thread thread = new Thread(question, "reprovision");
        thread.setDaemon(true);
        thread.start();
    }
}
