package io.edgeagent.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Problem;
import java.util.concurrent.CompletableFuture;

/** Passes all that it is told on to another listener. To be extended by who looks at one thing on its way. */
public abstract class ForwardingListener implements CloudLink.Listener {
    private final CloudLink.Listener told;

    protected ForwardingListener(CloudLink.Listener told) {
        this.told = told;
    }

    @Override
    public void twinReceived(ObjectNode desired, ObjectNode reported) {
        told.twinReceived(desired, reported);
    }

    @Override
    public void desiredPatched(ObjectNode patch) {
        told.desiredPatched(patch);
    }

    @Override
    public void linkLost(Problem reason) {
        told.linkLost(reason);
    }

    @Override
    public void reported() {
        told.reported();
    }

    @Override
    public void reportFailed(Problem reason) {
        told.reportFailed(reason);
    }

    @Override
    public CompletableFuture<MethodAnswer> methodCalled(String method, String payload) {
        return told.methodCalled(method, payload);
    }
}
