package io.edgeagent.board;

import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.Problem;
import io.edgeagent.reconcile.Step;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.twin.MethodPayload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts that a person asked for (direct method RestartModule). They wait until nothing else is done to the module; one that the
 * device's policy refuses is not restarted. {@code edgeAgent} and {@code edgeHub} are one process: either begins the whole agent anew,
 * and modules keep running.
 */
public final class RequestedRestarts {
    private static final Logger LOG = LoggerFactory.getLogger(RequestedRestarts.class);

    private final ObservedBoard board;
    private final StepLauncher launcher;
    private final Runnable anew;
    private final Map<String, List<CompletableFuture<MethodAnswer>>> requested = new HashMap<>();
    private final Map<String, List<CompletableFuture<MethodAnswer>>> underWay = new HashMap<>();

    /** @param anew ends the agent soon and begins it anew, for the roles that have no container */
    public RequestedRestarts(ObservedBoard board, StepLauncher launcher, Runnable anew) {
        this.board = board;
        this.launcher = launcher;
        this.anew = anew;
    }

    /** @param payload {@code {"schemaVersion":"1.0","id":"<module>"}} */
    public CompletableFuture<MethodAnswer> request(String payload, Optional<Deployment> deployment) {
        String module = moduleOf(payload);
        CompletableFuture<MethodAnswer> answer = new CompletableFuture<>();
        if (isRole(module, deployment)) {
            LOG.info("event=restart_requested role={}", module);
            anew.run();
            answer.complete(MethodAnswer.OK);
            return answer;
        }
        if (deployment.filter(current -> current.modules().containsKey(module)).isEmpty()) {
            answer.complete(MethodAnswer.error(500, "Module " + module + " not found in the current environment"));
            return answer;
        }
        board.forgive(module);
        if (!board.hasContainer(module)) {
            // what keeps it from being made is tried again now, which is all that a restart could do
            answer.complete(MethodAnswer.OK);
        } else {
            requested.computeIfAbsent(module, name -> new ArrayList<>()).add(answer);
        }
        return answer;
    }

    private static boolean isRole(String module, Optional<Deployment> deployment) {
        return module.equals("edgeAgent")
                || (module.equals("edgeHub")
                        && deployment.flatMap(Deployment::hub).isPresent());
    }

    /**
     * A device that the module missed is there: what kept it waiting counts no longer.
     *
     * @param again whether to restart it if it runs
     */
    public void deviceIsBack(String module, boolean again) {
        board.forgive(module);
        if (again && board.isUp(module)) {
            requested.computeIfAbsent(module, name -> new ArrayList<>());
        }
    }

    private static String moduleOf(String payload) {
        return MethodPayload.text(MethodPayload.parse(payload), "id")
                .filter(id -> !id.isBlank())
                .orElseThrow(() -> new IllegalArgumentException("id must be the name of a module"));
    }

    /** To be called when the board knows what is refused. */
    public void begin(Deployment deployment, Map<String, ModuleIdentity> identities) {
        for (String module : List.copyOf(requested.keySet())) {
            Optional<Problem> refusal = board.refusal(module);
            if (refusal.isPresent()) {
                requested
                        .remove(module)
                        .forEach(answer -> answer.complete(MethodAnswer.error(
                                500, "not restarted: " + refusal.get().text())));
            } else if (!board.isBusy(module)) {
                underWay.put(module, requested.remove(module));
                List<Step> steps = List.of(new Step.Stop(module), new Step.Start(module, false));
                board.begin(steps);
                launcher.launch(module, steps, deployment, identities);
            }
        }
    }

    public void failed(String module, Problem reason) {
        answer(module, MethodAnswer.error(500, reason.text()));
    }

    public void ended(String module) {
        answer(module, MethodAnswer.OK);
    }

    private void answer(String module, MethodAnswer result) {
        underWay.getOrDefault(module, List.of()).forEach(answer -> answer.complete(result));
        underWay.remove(module);
    }
}
