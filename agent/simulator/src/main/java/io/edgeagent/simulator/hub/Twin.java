package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.TwinPatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** The twin of a device or module. */
final class Twin {
    /** Device twin documentation: tags hold 8 KB. */
    private static final int MAX_TAG_BYTES = 8 * 1024;

    private final TwinSection desired;
    private final TwinSection reported;
    private ObjectNode tags;
    private long version;
    private long etag;

    private Twin(TwinSection desired, TwinSection reported, ObjectNode tags, long version, long etag) {
        this.desired = desired;
        this.reported = reported;
        this.tags = tags;
        this.version = version;
        this.etag = etag;
    }

    static Twin empty(Instant now) {
        return new Twin(TwinSection.desired(now), TwinSection.reported(now), HubJson.object(), 1, 1);
    }

    static Twin fromState(JsonNode state) {
        return new Twin(
                TwinSection.fromJson(true, state.path("desired")),
                TwinSection.fromJson(false, state.path("reported")),
                state.path("tags") instanceof ObjectNode tags ? tags : HubJson.object(),
                state.path("version").asLong(1),
                state.path("etag").asLong(1));
    }

    ObjectNode toState() {
        ObjectNode state = HubJson.object();
        state.set("tags", tags.deepCopy());
        state.set("desired", desired.toServiceJson());
        state.set("reported", reported.toServiceJson());
        return state.put("version", version).put("etag", etag);
    }

    /** The etag as the service API sends it, without quotes. */
    String etag() {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(etag).array());
    }

    long version() {
        return version;
    }

    TwinSection desired() {
        return desired;
    }

    TwinSection reported() {
        return reported;
    }

    ObjectNode tags() {
        return tags.deepCopy();
    }

    ObjectNode patchDesired(ObjectNode patch, Instant now) {
        ObjectNode applied = desired.patch(patch, now);
        changedByService();
        return applied;
    }

    ObjectNode replaceDesired(ObjectNode replacement, Instant now) {
        ObjectNode applied = desired.replace(replacement, now);
        changedByService();
        return applied;
    }

    void patchReported(ObjectNode patch, Instant now) {
        reported.patch(patch, now);
        version++;
    }

    /** Replaces the tags; see {@link TwinPatch#merge} for a patch of them. */
    void setTags(ObjectNode changed) {
        requireTags(changed);
        tags = changed.deepCopy();
        changedByService();
    }

    /** @throws HubException 400 or 413 if they cannot be set */
    static void requireTags(ObjectNode changed) {
        if (changed.toString().getBytes(StandardCharsets.UTF_8).length > MAX_TAG_BYTES) {
            throw new HubException(HubError.TOO_LARGE, "The tags would be larger than " + MAX_TAG_BYTES + " bytes.");
        }
        TwinSection.require(changed);
    }

    /** What devices get to see. */
    ObjectNode toDeviceJson() {
        ObjectNode json = HubJson.object();
        json.set("desired", desired.toDeviceJson());
        json.set("reported", reported.toDeviceJson());
        return json;
    }

    private void changedByService() {
        version++;
        etag++;
    }
}
