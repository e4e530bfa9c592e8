package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubTrials;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.HubOperations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** Asks the hub's thread for the command on the board. */
final class HubOffice implements HubOperations {
    private static final long PATIENCE_SECONDS = 10;

    private final HubRole role;
    private final HubDirectory directory;

    HubOffice(HubRole role, HubDirectory directory) {
        this.role = role;
        this.directory = directory;
    }

    @Override
    public ObjectNode routes() {
        return ask((hub, answer) -> answer.complete(hub.routes()));
    }

    @Override
    public ObjectNode clients() {
        return ask((hub, answer) -> answer.complete(hub.clients()));
    }

    @Override
    public ObjectNode send(Trial trial) {
        ClientId sender = ClientId.module(directory.device(), trial.module());
        if (directory.find(sender).isEmpty()) {
            throw problem("there is no module " + trial.module() + "; edge-agent list shows those that there are");
        }
        return ask((hub, answer) -> hub.send(
                sender, trial.output(), trial.properties(), trial.contentType(), trial.body(), answer::complete));
    }

    @Override
    public ObjectNode listen(Watch watch, long after) {
        return ask((hub, answer) -> hub.listen(watch.id(), watch.module(), watch.input(), watch.route(), after)
                .ifPresentOrElse(
                        answer::complete,
                        () -> answer.completeExceptionally(problem("too many others listen; try again later"))));
    }

    private ObjectNode ask(BiConsumer<HubTrials, CompletableFuture<ObjectNode>> question) {
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        boolean asked = role.onItsThread(hub -> {
            try {
                question.accept(hub, answer);
            } catch (RuntimeException e) {
                // a question must not end the hub
                answer.completeExceptionally(e);
            }
        });
        if (!asked) {
            throw problem("the hub does not run: "
                    + (role.isWanted() ? role.condition().remark() : "the deployment has no systemModules.edgeHub"));
        }
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem("the agent is stopping");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ProblemException known ? known : problem("the hub failed: " + e.getCause());
        } catch (TimeoutException e) {
            throw problem("the hub did not answer in " + PATIENCE_SECONDS + " s; its log may say why");
        }
    }

    private static ProblemException problem(String text) {
        return new ProblemException(ErrorCode.INTERNAL, text);
    }
}
