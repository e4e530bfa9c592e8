package io.edgeagent.simulator.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.protocol.ModulesContent;
import io.edgeagent.protocol.Topics;
import io.edgeagent.protocol.TwinPatch;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Twin operations from both sides, and the notifications that they cause. */
public final class Twins {
    private final Registry registry;
    private final Faults faults;
    private final InstantSource clock;

    Twins(Registry registry, Faults faults, InstantSource clock) {
        this.registry = registry;
        this.faults = faults;
        this.clock = clock;
    }

    /** The twin in the service API's form. */
    public ObjectNode get(IdentityName name) {
        return registry.get(name).toTwinJson();
    }

    /** The twin's etag, without quotes. */
    public String etag(IdentityName name) {
        return registry.get(name).twin().etag();
    }

    /** Merges tags and desired properties. What is missing stays as it is, what is null is cleared. */
    public ObjectNode patch(IdentityName name, ObjectNode request) {
        return change(name, request, false);
    }

    /** Replaces tags and desired properties, those that the request holds; null clears them. */
    public ObjectNode replace(IdentityName name, ObjectNode request) {
        return change(name, request, true);
    }

    /**
     * Sets the modules' desired properties to what the manifest says. Modules that nobody has registered yet are, without keys;
     * others that the manifest does not name keep their twins.
     */
    public void applyConfiguration(String deviceId, ModulesContent content) {
        if (!registry.get(IdentityName.device(deviceId)).isEdge()) {
            throw new HubException(
                    HubError.ARGUMENT_INVALID,
                    "Device " + deviceId + " is no IoT Edge device: create it with iotEdge.");
        }
        content.desired().forEach((module, section) -> {
            Registry.requireId(IdentityName.module(deviceId, module));
            section.ifPresent(TwinSection::requireSection);
        });
        content.desired().forEach((module, section) -> {
            Identity identity = registry.getOrCreateManaged(IdentityName.module(deviceId, module));
            section.ifPresent(desired -> {
                notify(identity, identity.twin().replaceDesired(desired, clock.instant()));
                registry.save(identity);
            });
        });
    }

    /** Answers {@code $iothub/twin/GET}. */
    public void onGet(Identity identity, String requestId) {
        try {
            faults.check();
            respond(
                    identity,
                    Topics.twinResponse(200, requestId),
                    HubJson.bytes(identity.twin().toDeviceJson()));
        } catch (HubException e) {
            refuse(identity, requestId, e);
        }
    }

    /** Answers a patch of the reported properties. */
    public void onReportedPatch(Identity identity, String requestId, Optional<Long> ifVersion, byte[] body) {
        try {
            faults.check();
            TwinSection reported = identity.twin().reported();
            if (ifVersion.isPresent() && ifVersion.get() != reported.version()) {
                throw new HubException(
                        HubError.PRECONDITION_FAILED,
                        "The reported properties have version " + reported.version() + ".");
            }
            identity.twin().patchReported(HubJson.parseObject(body), clock.instant());
            registry.save(identity);
            respond(identity, Topics.twinResponse(204, requestId, reported.version()), new byte[0]);
        } catch (HubException e) {
            refuse(identity, requestId, e);
        }
    }

    private ObjectNode change(IdentityName name, ObjectNode request, boolean whole) {
        Identity identity = registry.get(name);
        Twin twin = identity.twin();
        Optional<ObjectNode> tags = section(request.path("tags"), "tags", twin.tags())
                .map(patch -> TwinPatch.merge(whole ? HubJson.object() : twin.tags(), patch));
        Optional<ObjectNode> desired = section(
                request.path("properties").path("desired"),
                "properties.desired",
                twin.desired().values());
        // both are checked before one is changed
        tags.ifPresent(Twin::requireTags);
        desired.map(changed -> whole
                        ? twin.replaceDesired(changed, clock.instant())
                        : twin.patchDesired(changed, clock.instant()))
                .ifPresent(applied -> notify(identity, applied));
        tags.ifPresent(twin::setTags);
        registry.save(identity);
        return identity.toTwinJson();
    }

    /** Empty where the request leaves it out; a patch that removes every value where it is null. */
    private static Optional<ObjectNode> section(JsonNode json, String what, ObjectNode present) {
        if (json.isNull()) {
            ObjectNode clearing = HubJson.object();
            present.fieldNames().forEachRemaining(clearing::putNull);
            return Optional.of(clearing);
        }
        if (!json.isMissingNode() && !json.isObject()) {
            throw new HubException(HubError.ARGUMENT_INVALID, what + " must be an object or null.");
        }
        return json instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private static void notify(Identity identity, ObjectNode applied) {
        long version = identity.twin().desired().version();
        String topic = Topics.desiredPatch(version);
        // nothing is kept for who is away: clients read the twin after they connect
        identity.listener(topic)
                .ifPresent(client -> client.publish(topic, HubJson.bytes(applied.put(TwinPatch.VERSION, version))));
    }

    private void refuse(Identity identity, String requestId, HubException refused) {
        HubError error = refused.error();
        ObjectNode body = HubJson.object()
                .put("errorCode", error.number())
                .put("trackingId", UUID.randomUUID().toString())
                .put("message", refused.getMessage())
                .put("timestampUtc", HubJson.time(clock.instant()));
        respond(identity, Topics.twinResponse(error.status(), requestId), HubJson.bytes(body));
    }

    private void respond(Identity identity, String topic, byte[] body) {
        if (!faults.losesTwinResponse()) {
            identity.listener(topic).ifPresent(client -> client.publish(topic, faults.padded(body)));
        }
    }
}
