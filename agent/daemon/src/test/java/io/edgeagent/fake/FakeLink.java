package io.edgeagent.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.protocol.TwinPatch;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.MethodAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A hub with the one twin of {@code $edgeAgent}: the test is its other side. Safe for use by several threads. */
public final class FakeLink implements CloudLink {
    private final List<ObjectNode> patches = new ArrayList<>();
    private final List<CompletableFuture<MethodAnswer>> awaited = new CopyOnWriteArrayList<>();
    private ObjectNode reported = Manifest.json("{}");
    private Listener listener;
    private int requests;
    private int refusals;
    private boolean closed;

    /** The link is up and hands over the twin. */
    public void twin(ObjectNode desired) {
        listener().twinReceived(desired, reported());
    }

    public void patch(String singleQuoted) {
        listener().desiredPatched(Manifest.json(singleQuoted));
    }

    public void lose() {
        awaited.forEach(answer -> answer.cancel(true));
        listener().linkLost(new Problem(ErrorCode.HUB_UNREACHABLE, "cable cut"));
    }

    public MethodAnswer call(String method) {
        return call(method, "null");
    }

    public MethodAnswer call(String method, String payload) {
        CompletableFuture<MethodAnswer> answer = listener().methodCalled(method, payload);
        awaited.add(answer);
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** The next reports are not taken. */
    public synchronized void refuseReports(int times) {
        refusals = times;
    }

    /** What the hub holds. */
    public synchronized ObjectNode reported() {
        return reported.deepCopy();
    }

    public JsonNode reported(String pointer) {
        return reported().at(pointer);
    }

    public synchronized List<ObjectNode> patches() {
        return List.copyOf(patches);
    }

    public synchronized void forgetPatches() {
        patches.clear();
    }

    /** How often the whole twin was asked for. */
    public synchronized int requests() {
        return requests;
    }

    public synchronized boolean isStarted() {
        return listener != null;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void start(Listener follower) {
        listener = follower;
    }

    @Override
    public synchronized void requestTwin() {
        requests++;
    }

    @Override
    public void report(ObjectNode patch) {
        boolean taken;
        synchronized (this) {
            taken = refusals == 0;
            if (taken) {
                // as text, because that is how it travels
                patches.add(Manifest.json(patch.toString().replace("'", "\\u0027")));
                reported = Manifest.json(
                        TwinPatch.merge(reported, patch).toString().replace("'", "\\u0027"));
            } else {
                refusals--;
            }
        }
        if (taken) {
            listener().reported();
        } else {
            listener().reportFailed(new Problem(ErrorCode.HUB_THROTTLED, "429"));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized Listener listener() {
        return listener;
    }
}
