package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.admin.AdminSocket;
import io.edgeagent.identity.Device;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.HubOperations;
import io.edgeagent.ops.Operations;
import io.edgeagent.report.Roles;
import io.edgeagent.runtime.Backoff;
import io.edgeagent.runtime.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the provisioning service who this device is, for as long as it takes. Until then there is nothing that an agent could do. */
final class FirstProvisioning implements Operations {
    private static final Logger LOG = LoggerFactory.getLogger(FirstProvisioning.class);
    private static final Backoff WAIT = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(10), 0.2);

    private final Onboarding.Dps dps;
    private final String version;
    private final Instant startedAt = Instant.now();
    private final CompletableFuture<Optional<Device>> answer = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Problem problem =
            new Problem(ErrorCode.HUB_UNREACHABLE, "the provisioning service is being asked");

    FirstProvisioning(Onboarding.Dps dps, String version) {
        this.dps = dps;
        this.version = version;
    }

    /** Blocks until the service has answered; empty after {@link #stop}. */
    Optional<Device> await(Supervisor supervisor, Path adminSocket) throws InterruptedException {
        LOG.info("event=provisioning registration={}", dps.registrationId());
        Thread asking = new Thread(this::ask, "provisioning");
        asking.setDaemon(true);
        asking.start();
        Optional<AdminSocket> admin = AdminSocket.open(adminSocket, this, HubOperations.OFF, this::reprovision);
        try {
            while (true) {
                supervisor.alive(roles().inOneLine());
                try {
                    return answer.get(supervisor.period().toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    // the supervisor wants to hear of us
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            admin.ifPresent(AdminSocket::close);
        }
    }

    /** Ends {@link #await} soon. */
    void stop() {
        stopped.countDown();
        answer.complete(Optional.empty());
    }

    private void ask() {
        int failures = 0;
        try {
            do {
                try {
                    Device device = dps.service().register();
                    LOG.info("event=provisioned device={} hub={}", device.deviceId(), device.hubHost());
                    answer.complete(Optional.of(device));
                    return;
                } catch (RuntimeException e) {
                    failed(ProblemException.of(e));
                }
            } while (!stopped.await(
                    WAIT.after(failures++, ThreadLocalRandom.current().nextDouble())
                            .toMillis(),
                    TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(Problem reason) {
        if (!reason.equals(problem)) {
            LOG.warn("event=provisioning_failed code={} reason=\"{}\"", reason.code(), reason.text());
        }
        problem = reason;
    }

    @Override
    public ObjectNode status() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", version).put("startTime", startedAt.toString());
        json.put("hub", "a hub that is not known yet").put("device", dps.registrationId());
        json.putObject("link")
                .put("up", false)
                .put("code", problem.code().name())
                .put("reason", problem.text());
        json.put("ready", roles().isReady()).set("roles", roles().toJson());
        json.putObject("modules");
        return json;
    }

    private Roles roles() {
        return new Roles(List.of(
                Roles.Role.of("agent", Optional.empty(), true), Roles.Role.of("identity", Optional.of(problem), true)));
    }

    private String reprovision() {
        throw new ProblemException(problem.code(), "the service is asked since the start: " + problem.text());
    }

    @Override
    public ObjectNode twin() {
        throw new ProblemException(ErrorCode.INTERNAL, "the device is not provisioned yet: it has no twin");
    }

    @Override
    public Optional<Problem> restart(String module) {
        return Optional.of(problem);
    }
}
