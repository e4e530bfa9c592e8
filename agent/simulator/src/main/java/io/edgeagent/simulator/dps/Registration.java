package io.edgeagent.simulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubJson;
import java.util.Optional;

/**
 * What has become of a device's last registration.
 *
 * @param created when it registered first, and {@code updated} last, ISO 8601
 * @param payload what the device sent for a custom allocation, of which there is none here; the device does not get it back
 */
record Registration(
        String registrationId,
        String enrollmentId,
        String operationId,
        String deviceId,
        String created,
        String updated,
        String etag,
        Outcome outcome,
        Optional<JsonNode> payload) {

    /**
     * How it ended.
     *
     * @param status assigned, assigning, failed, disabled or unassigned
     * @param errorCode 0 where there was no error
     */
    record Outcome(String status, int errorCode, String errorMessage) {
        static final Outcome ASSIGNED = new Outcome("assigned", 0, "");

        boolean isFinal() {
            return !status.equals("assigning");
        }
    }

    static Registration fromState(JsonNode json) {
        return new Registration(
                json.path("registrationId").asText(),
                json.path("enrollmentId").asText(),
                json.path("operationId").asText(),
                json.path("deviceId").asText(),
                json.path("createdDateTimeUtc").asText(),
                json.path("lastUpdatedDateTimeUtc").asText(),
                json.path("etag").asText(),
                new Outcome(
                        json.path("status").asText(),
                        json.path("errorCode").asInt(),
                        json.path("errorMessage").asText("")),
                Optional.ofNullable(json.get("payload")));
    }

    ObjectNode toState() {
        ObjectNode json = common().put("deviceId", deviceId)
                .put("enrollmentId", enrollmentId)
                .put("operationId", operationId);
        payload.ifPresent(sent -> json.set("payload", sent));
        return json;
    }

    /** The "registrationState" of the device API. */
    ObjectNode toJson(String hubName, Enrollment enrollment) {
        ObjectNode json = common();
        if (outcome.equals(Outcome.ASSIGNED)) {
            json.put("assignedHub", hubName).put("deviceId", deviceId).put("substatus", "initialAssignment");
        }
        ObjectNode attested =
                json.putObject(enrollment.attestation() instanceof Attestation.Keys ? "symmetricKey" : "x509");
        if (enrollment.group()) {
            attested.put("enrollmentGroupId", enrollmentId);
        }
        return json;
    }

    private ObjectNode common() {
        ObjectNode json = HubJson.object()
                .put("registrationId", registrationId)
                .put("createdDateTimeUtc", created)
                .put("lastUpdatedDateTimeUtc", updated)
                .put("status", outcome.status())
                .put("etag", etag);
        if (outcome.errorCode() != 0) {
            json.put("errorCode", outcome.errorCode()).put("errorMessage", outcome.errorMessage());
        }
        return json;
    }
}
