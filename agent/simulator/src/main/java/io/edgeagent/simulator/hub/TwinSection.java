package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.TwinPatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The desired or the reported properties of a twin, with their version and the time of each property's last update. */
final class TwinSection {
    /** IoT Hub holds 32 KB of desired and 32 KB of reported properties (device twin documentation, "Device twin size"). */
    private static final int MAX_BYTES = 32 * 1024;

    private static final String LAST_UPDATED = "$lastUpdated";
    private static final String LAST_UPDATED_VERSION = "$lastUpdatedVersion";

    private final boolean versionInMetadata;
    private ObjectNode values;
    private ObjectNode metadata;
    private long version;

    private TwinSection(boolean versionInMetadata, ObjectNode values, ObjectNode metadata, long version) {
        this.versionInMetadata = versionInMetadata;
        this.values = values;
        this.metadata = metadata;
        this.version = version;
    }

    static TwinSection desired(Instant now) {
        TwinSection section = new TwinSection(true, HubJson.object(), HubJson.object(), 1);
        section.stamp(section.metadata, now);
        return section;
    }

    static TwinSection reported(Instant now) {
        TwinSection section = new TwinSection(false, HubJson.object(), HubJson.object(), 1);
        section.stamp(section.metadata, now);
        return section;
    }

    /** Restores {@link #toServiceJson}. */
    static TwinSection fromJson(boolean desired, JsonNode json) {
        ObjectNode metadata = json.path(TwinPatch.METADATA) instanceof ObjectNode object ? object : HubJson.object();
        ObjectNode values = json instanceof ObjectNode object ? withoutControl(object) : HubJson.object();
        return new TwinSection(
                desired, values, metadata, json.path(TwinPatch.VERSION).asLong(1));
    }

    long version() {
        return version;
    }

    /** Applies a merge patch. Returns it without control properties. @throws HubException if the result breaks a limit */
    ObjectNode patch(ObjectNode patch, Instant now) {
        ObjectNode clean = withoutControl(patch);
        change(TwinPatch.merge(values, clean));
        touch(metadata, clean, now);
        return clean;
    }

    /** Puts new properties in place of the old. Returns them without control properties. */
    ObjectNode replace(ObjectNode replacement, Instant now) {
        ObjectNode clean = TwinPatch.merge(HubJson.object(), withoutControl(replacement));
        change(clean);
        metadata = HubJson.object();
        touch(metadata, clean, now);
        return clean.deepCopy();
    }

    /** What devices get to see. */
    ObjectNode toDeviceJson() {
        return values.deepCopy().put(TwinPatch.VERSION, version);
    }

    /** What back ends get to see. */
    ObjectNode toServiceJson() {
        ObjectNode json = values.deepCopy();
        json.set(TwinPatch.METADATA, metadata.deepCopy());
        return json.put(TwinPatch.VERSION, version);
    }

    private void change(ObjectNode changed) {
        requireSection(changed);
        values = changed;
        version++;
    }

    /** @throws HubException 400 or 413 if no twin can hold it */
    static void requireSection(ObjectNode section) {
        ObjectNode clean = withoutControl(section);
        if (clean.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new HubException(
                    HubError.TOO_LARGE, "The twin's section would be larger than " + MAX_BYTES + " bytes.");
        }
        require(clean);
    }

    /** Tags and properties have the same rules. @throws HubException 400 if one is broken */
    static void require(ObjectNode changed) {
        try {
            TwinPatch.validate(changed);
        } catch (ProtocolException e) {
            throw new HubException(HubError.ARGUMENT_INVALID, e.getMessage());
        }
    }

    ObjectNode values() {
        return values;
    }

    private void touch(ObjectNode target, ObjectNode patch, Instant now) {
        stamp(target, now);
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (field.getValue() instanceof ObjectNode inner) {
                touch(
                        target.get(field.getKey()) instanceof ObjectNode old ? old : target.putObject(field.getKey()),
                        inner,
                        now);
            } else {
                stamp(target.putObject(field.getKey()), now);
            }
        }
    }

    private void stamp(ObjectNode target, Instant now) {
        target.put(LAST_UPDATED, HubJson.time(now));
        if (versionInMetadata) {
            target.put(LAST_UPDATED_VERSION, version);
        }
    }

    private static ObjectNode withoutControl(ObjectNode section) {
        return section.deepCopy().without(List.of(TwinPatch.VERSION, TwinPatch.METADATA));
    }
}
