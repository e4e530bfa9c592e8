package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.Identity;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Many identities in one request. Each succeeds or fails by itself; the answer names those that failed. */
final class BulkRoutes {
    /** Registry documentation: 100 devices a request. */
    private static final int MAX_IDENTITIES = 100;

    private static final List<String> KEYS = List.of("primaryKey", "secondaryKey");

    private final SimulatedHub hub;

    BulkRoutes(SimulatedHub hub) {
        this.hub = hub;
    }

    /** {@code POST /devices}: {@code [{"id":..,"moduleId":..,"importMode":"create",..}]}. */
    Response register(Request request) {
        JsonNode entries = request.anyJson();
        if (!entries.isArray() || entries.isEmpty()) {
            throw invalid("The body must be an array of devices.");
        }
        ArrayNode errors = each(entries, entry -> register(name(entry), entry));
        ObjectNode result = HubJson.object().put("isSuccessful", errors.isEmpty());
        result.set("errors", errors);
        result.putArray("warnings");
        HubError failure = HubError.BULK_REGISTRY_FAILURE;
        return errors.isEmpty() ? Response.ok(result) : Response.error(failure.status(), failure.code(), result);
    }

    /** {@code POST /devices/keys/regenerate}: {@code {"policyKey":"primaryKey","devices":[{"id":..,"moduleId":..}]}}. */
    Response renewKeys(Request request) {
        ObjectNode body = request.json();
        String key = body.path("policyKey").asText("");
        if (!KEYS.contains(key)) {
            throw new HubException(HubError.INVALID_POLICY_KEY, "policyKey must be one of " + String.join(", ", KEYS));
        }
        ObjectNode result = HubJson.object().put("policyKey", key);
        ArrayNode rotated = result.putArray("rotatedKeys");
        result.set("errors", each(body.path("devices"), entry -> {
            Identity renewed = hub.registry().renewKey(name(entry), key.equals(KEYS.get(0)));
            ObjectNode shown = rotated.addObject().put("id", renewed.name().deviceId());
            renewed.name().moduleId().ifPresent(module -> shown.put("moduleId", module));
            for (int i = 0; i < KEYS.size(); i++) {
                shown.put(KEYS.get(i), renewed.keys().get(i).toBase64());
            }
        }));
        return Response.ok(result);
    }

    /** Returns what failed. */
    private static ArrayNode each(JsonNode entries, Consumer<JsonNode> action) {
        if (entries.size() > MAX_IDENTITIES) {
            throw new HubException(
                    HubError.TOO_MANY_DEVICES, "A request has at most " + MAX_IDENTITIES + " devices and modules.");
        }
        Set<IdentityName> seen = new HashSet<>();
        for (JsonNode entry : entries) {
            if (!seen.add(name(entry))) {
                throw new HubException(HubError.DEVICE_DEFINED_MULTIPLE_TIMES, name(entry) + " is there twice.");
            }
        }
        ArrayNode errors = HubJson.object().arrayNode();
        for (JsonNode entry : entries) {
            try {
                action.accept(entry);
            } catch (HubException e) {
                ObjectNode error =
                        errors.addObject().put("deviceId", name(entry).deviceId());
                name(entry).moduleId().ifPresent(module -> error.put("moduleId", module));
                error.put("errorCode", e.error().code()).put("errorStatus", e.getMessage());
            }
        }
        return errors;
    }

    private void register(IdentityName name, JsonNode entry) {
        String mode = entry.path("importMode").asText("createOrUpdate").toLowerCase(Locale.ROOT);
        Optional<Identity> present = hub.registry().find(name);
        if (mode.endsWith("ifmatchetag")) {
            present.ifPresent(identity -> requireEtag(identity, entry));
            mode = mode.substring(0, mode.length() - "ifmatchetag".length());
        }
        switch (mode) {
            case "create" -> create(name, entry);
            case "update" -> hub.registry().update(name, entry);
            case "createorupdate" -> {
                if (present.isPresent()) {
                    hub.registry().update(name, entry);
                    patchTwin(name, entry);
                } else {
                    create(name, entry);
                }
            }
            case "delete" -> hub.registry().delete(name);
            case "updatetwin" -> {
                hub.registry().get(name);
                patchTwin(name, entry);
            }
            default -> throw invalid("There is no importMode " + entry.path("importMode"));
        }
    }

    private void create(IdentityName name, JsonNode entry) {
        hub.registry().create(name, entry);
        patchTwin(name, entry);
    }

    /** Here null means left out: exports write all that is not there as null. */
    private void patchTwin(IdentityName name, JsonNode entry) {
        ObjectNode patch = HubJson.object();
        if (entry.hasNonNull("tags")) {
            patch.set("tags", entry.get("tags"));
        }
        JsonNode desired = entry.path("properties").path("desired");
        if (!desired.isMissingNode() && !desired.isNull()) {
            patch.putObject("properties").set("desired", desired);
        }
        if (!patch.isEmpty()) {
            hub.twins().patch(name, patch);
        }
    }

    /** SDKs write "etag" or "eTag". */
    private void requireEtag(Identity identity, JsonNode entry) {
        String wanted = entry.path("eTag").asText(entry.path("etag").asText("")).replace("\"", "");
        if (!wanted.equals("*") && !wanted.equals(identity.etag())) {
            throw new HubException(HubError.PRECONDITION_FAILED, "The etag of " + identity.name() + " is another.");
        }
    }

    private static IdentityName name(JsonNode entry) {
        String device = entry.path("id").asText(entry.path("deviceId").asText(""));
        if (device.isEmpty()) {
            throw invalid("Each device needs an id.");
        }
        return new IdentityName(
                device, Optional.ofNullable(entry.path("moduleId").textValue()).filter(module -> !module.isEmpty()));
    }

    private static HubException invalid(String message) {
        return new HubException(HubError.ARGUMENT_INVALID, message);
    }
}
