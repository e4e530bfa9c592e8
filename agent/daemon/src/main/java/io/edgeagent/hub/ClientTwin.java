package io.edgeagent.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.TwinPatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One client's twin as the board knows it: the cloud's answers while the link is up, the last of them while it is not. Reported
 * patches are on the disk before they are acknowledged, and go to the cloud when they can, merged into one.
 */
final class ClientTwin {
    static final String KIND = "twin";

    private final ClientId id;
    private final HubDocuments documents;
    private final PeerMetrics metrics;
    private final List<Waiting> waiting = new ArrayList<>();
    private ObjectNode desired = Json.MAPPER.createObjectNode();
    private ObjectNode reported = Json.MAPPER.createObjectNode();
    /** What the cloud has not acknowledged. Nulls in it delete. */
    private ObjectNode pending = Json.MAPPER.createObjectNode();

    private Optional<ObjectNode> beingSent = Optional.empty();
    private boolean known;
    /** Whether a client was told of a twin that nobody on the board had seen yet. */
    private boolean answeredBlindly;

    /**
     * A client's question.
     *
     * @param since when it came
     */
    private record Waiting(String requestId, long since) {}

    ClientTwin(ClientId id, HubDocuments documents, PeerMetrics metrics) {
        this.id = id;
        this.documents = documents;
        this.metrics = metrics;
        documents.read(KIND, id).ifPresent(this::restore);
    }

    private void restore(String text) {
        try {
            JsonNode stored = Json.MAPPER.readTree(text);
            if (stored.path("desired") instanceof ObjectNode storedDesired
                    && stored.path("reported") instanceof ObjectNode storedReported
                    && stored.path("pending") instanceof ObjectNode storedPending) {
                desired = storedDesired;
                reported = storedReported;
                pending = storedPending;
                known = true;
            }
        } catch (JsonProcessingException e) {
            // as if it had never been there: the cloud has it
            known = false;
        }
    }

    private void save() throws IOException {
        ObjectNode all = Json.MAPPER.createObjectNode();
        all.set("desired", desired);
        all.set("reported", reported);
        all.set("pending", pending);
        documents.write(KIND, id, all.toString());
        known = true;
    }

    /**
     * A client asks. Without the cloud it is answered at once, if the board has ever seen the twin: else the first connection to
     * the cloud is given a moment, because a new module would take the empty twin for its own.
     *
     * @return whether the cloud is to be asked now
     */
    boolean asked(String requestId, boolean online, HubClient client) {
        Waiting question = new Waiting(requestId, metrics.now());
        if (!online && known) {
            answer(question, client);
            return false;
        }
        waiting.add(question);
        return online && waiting.size() == 1;
    }

    /** The link is gone: who waits gets what the board knows, if it knows anything. */
    void answerKnown(HubClient client) {
        if (known) {
            answerAll(client);
        }
    }

    /** The cloud does not answer: what is known counts. */
    void answerAll(HubClient client) {
        waiting.forEach(question -> answer(question, client));
        waiting.clear();
    }

    private void answer(Waiting question, HubClient client) {
        answeredBlindly |= !known;
        ObjectNode twin = Json.MAPPER.createObjectNode();
        twin.set("desired", desired);
        twin.set("reported", reported);
        client.twinAnswered(new HubClient.TwinAnswer(question.requestId(), 200, twin.toString()));
        metrics.twinGiven(question.since());
    }

    /**
     * The whole twin from the cloud.
     *
     * @return the patch that a client must see to know the desired properties; empty if it knows them
     */
    Optional<ObjectNode> received(String text) throws IOException {
        JsonNode twin;
        try {
            twin = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        if (!(twin.path("desired") instanceof ObjectNode newDesired)) {
            return Optional.empty();
        }
        boolean older = newDesired.path(TwinPatch.VERSION).asLong(0) < version();
        ObjectNode change = TwinPatch.diff(desired, newDesired);
        ObjectNode cloudReported = twin.path("reported") instanceof ObjectNode object ? object : reported;
        ObjectNode newReported = TwinPatch.merge(cloudReported, pending);
        if (older || (change.isEmpty() && newReported.equals(reported) && known)) {
            return Optional.empty();
        }
        boolean wasKnown = known || answeredBlindly;
        desired = newDesired;
        reported = newReported;
        save();
        answeredBlindly = false;
        if (!wasKnown || change.isEmpty()) {
            return Optional.empty();
        }
        change.set(TwinPatch.VERSION, newDesired.path(TwinPatch.VERSION));
        return Optional.of(change);
    }

    /** A desired patch from the cloud; false if one before it was missed, and the whole twin must be asked for. */
    boolean patched(ObjectNode patch) throws IOException {
        if (patch.path(TwinPatch.VERSION).asLong(-1) != version() + 1 || !known) {
            return false;
        }
        desired = TwinPatch.merge(desired, patch);
        save();
        return true;
    }

    long version() {
        return desired.path(TwinPatch.VERSION).asLong(0);
    }

    /**
     * A client reports.
     *
     * @return the answer for the client
     * @throws IOException if it is not on the disk; then the client may not be told that it is
     */
    HubClient.TwinAnswer report(String requestId, String text) throws IOException {
        JsonNode patch;
        try {
            patch = Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return refused(requestId, "not valid JSON: " + Json.explain(e));
        }
        if (!(patch instanceof ObjectNode object)) {
            return refused(requestId, "reported properties are a JSON object");
        }
        try {
            TwinPatch.validate(object);
            ObjectNode merged = TwinPatch.merge(reported, object);
            merged.remove(TwinPatch.VERSION);
            TwinPatch.validate(merged);
        } catch (ProtocolException e) {
            return refused(requestId, e.getMessage());
        }
        ObjectNode before = pending;
        ObjectNode reportedBefore = reported;
        reported = TwinPatch.merge(reported, object);
        pending = combine(pending, object);
        try {
            save();
        } catch (IOException e) {
            pending = before;
            reported = reportedBefore;
            throw e;
        }
        return new HubClient.TwinAnswer(requestId, 204, "");
    }

    private static HubClient.TwinAnswer refused(String requestId, String reason) {
        return new HubClient.TwinAnswer(
                requestId,
                400,
                Json.MAPPER.createObjectNode().put("message", reason).toString());
    }

    /** Two patches in one: nulls stay, because they delete in the cloud. */
    private static ObjectNode combine(ObjectNode first, ObjectNode second) {
        ObjectNode both = first.deepCopy();
        second.properties().forEach(field -> {
            if (field.getValue() instanceof ObjectNode inner && both.get(field.getKey()) instanceof ObjectNode old) {
                both.set(field.getKey(), combine(old, inner));
            } else {
                both.set(field.getKey(), field.getValue().deepCopy());
            }
        });
        return both;
    }

    /** What is to be sent to the cloud now; empty while something is on its way, or there is nothing. */
    Optional<String> toSend() {
        if (beingSent.isPresent() || pending.isEmpty()) {
            return Optional.empty();
        }
        beingSent = Optional.of(pending.deepCopy());
        return Optional.of(pending.toString());
    }

    /** Whether the cloud has not acknowledged all that was reported. */
    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** The client that asked is gone. */
    void forgetWaiting() {
        waiting.clear();
    }

    /** The cloud has it, or will never take it. */
    void sent() throws IOException {
        if (beingSent.isPresent()) {
            pending = without(pending, beingSent.get());
            beingSent = Optional.empty();
            save();
        }
    }

    /** What came to the patch while the rest of it was on its way. */
    private static ObjectNode without(ObjectNode all, ObjectNode sent) {
        ObjectNode rest = all.deepCopy();
        sent.properties().forEach(field -> {
            JsonNode now = rest.get(field.getKey());
            if (field.getValue().equals(now)) {
                rest.remove(field.getKey());
            } else if (now instanceof ObjectNode inner && field.getValue() instanceof ObjectNode old) {
                ObjectNode left = without(inner, old);
                if (left.isEmpty()) {
                    rest.remove(field.getKey());
                } else {
                    rest.set(field.getKey(), left);
                }
            }
        });
        return rest;
    }

    void linkLost() {
        beingSent = Optional.empty();
    }
}
