package io.edgeagent.simulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.Certificates;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.edgeagent.simulator.hub.StateFolder;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers devices in the one hub there is. */
public final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final SimulatedHub hub;
    private final Enrollments enrollments;

    private Registrar(SimulatedHub hub, Enrollments enrollments) {
        this.hub = hub;
        this.enrollments = enrollments;
    }

    /** Opens what the folder holds; the first time makes a scope id. */
    public static Registrar open(StateFolder folder, SimulatedHub hub) throws IOException {
        return new Registrar(hub, Enrollments.open(folder));
    }

    /** What devices call this service by, besides its address. */
    public String idScope() {
        return enrollments.idScope();
    }

    /** The scope id, all enrollments, with their keys, and what has become of the registrations. */
    public ObjectNode toJson() {
        ObjectNode json = HubJson.object().put("idScope", idScope());
        ArrayNode list = json.putArray("enrollments");
        enrollments.all().forEach(enrollment -> list.add(enrollment.toJson()));
        ArrayNode registrations = json.putArray("registrations");
        enrollments.registrations().forEach(registration -> registrations.add(registration.toState()));
        return json;
    }

    /** Adds an enrollment, or replaces it. Returns it, with the keys that were made. @throws HubException 400 */
    public ObjectNode put(String id, ObjectNode request) {
        Enrollment enrollment = Enrollment.parse(id, request);
        enrollments.put(enrollment);
        return enrollment.toJson();
    }

    /** Its devices stay in the hub. @throws HubException 404 */
    public void remove(String id) {
        enrollments.remove(id);
    }

    /** The primary key, in base64, of a device of a group of symmetric keys. @throws HubException 404, 400 */
    public String deviceKey(String groupId, String registrationId) {
        Enrollment group = enrollments
                .find(groupId)
                .orElseThrow(() -> new HubException(HubError.NOT_FOUND, "There is no enrollment " + groupId));
        if (group.group() && group.attestation() instanceof Attestation.Keys keys) {
            return keys.derive(registrationId).primary().toBase64();
        }
        throw new HubException(HubError.ARGUMENT_INVALID, groupId + " is not a group of symmetric keys.");
    }

    /**
     * A device registers, or registers again. The answer says "assigning"; what became of it tells {@link #operation}.
     *
     * @throws HubException 400, 401, 429
     */
    public ObjectNode register(String registrationId, Proof proof, ObjectNode request) {
        Enrollment enrollment = admit(registrationId, proof);
        if (request.has("tpm")) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The simulator has no TPM attestation.");
        }
        if (!request.path("registrationId").asText(registrationId).equals(registrationId)) {
            throw new HubException(HubError.ARGUMENT_INVALID, "The registrationId is not the one in the path.");
        }
        Optional<Registration> old = enrollments.registration(registrationId);
        String deviceId = enrollment.deviceId().orElse(registrationId);
        String now = HubJson.time(hub.clock().instant());
        Registration registration = new Registration(
                registrationId,
                enrollment.id(),
                "4." + UUID.randomUUID(),
                deviceId,
                old.map(Registration::created).orElse(now),
                now,
                UUID.randomUUID().toString(),
                outcome(enrollment, deviceId, registrationId, proof, old),
                Optional.ofNullable(request.get("payload")).filter(payload -> !payload.isNull()));
        enrollments.put(registration);
        LOG.info(
                "registered id={} enrollment={} device={} status={}",
                registrationId,
                enrollment.id(),
                deviceId,
                registration.outcome().status());
        return HubJson.object().put("operationId", registration.operationId()).put("status", "assigning");
    }

    /** What has become of a registration. @throws HubException 401, 404, 429 */
    public ObjectNode operation(String registrationId, String operationId, Proof proof) {
        Enrollment enrollment = admit(registrationId, proof);
        Registration registration = enrollments
                .registration(registrationId)
                .filter(own -> own.operationId().equals(operationId))
                .orElseThrow(() -> new HubException(HubError.NOT_FOUND, "Operation not found."));
        ObjectNode answer = HubJson.object().put("operationId", operationId);
        if (hub.faults().isStillAssigning()) {
            return answer.put("status", "assigning");
        }
        answer.put("status", registration.outcome().status());
        answer.set("registrationState", registration.toJson(hub.hostName(), enrollment));
        return answer;
    }

    /** The last registration. @throws HubException 401, 404, 429 */
    public ObjectNode lookUp(String registrationId, Proof proof) {
        Enrollment enrollment = admit(registrationId, proof);
        return enrollments
                .registration(registrationId)
                .orElseThrow(() -> new HubException(HubError.NOT_FOUND, "Registration not found."))
                .toJson(hub.hostName(), enrollment);
    }

    /** The device's own enrollment, or the group that it proves to belong to. */
    private Enrollment admit(String registrationId, Proof proof) {
        String fault = hub.faults().provisioning();
        if (fault.equals("throttled") || hub.faults().throttles()) {
            throw new HubException(HubError.THROTTLED, "Requests are throttled.");
        }
        if (fault.equals("unauthorized")
                || !Enrollment.ID.matcher(registrationId).matches()) {
            throw Proof.unauthorized();
        }
        Optional<Enrollment> own = enrollments.find(registrationId).filter(enrollment -> !enrollment.group());
        if (own.isPresent()) {
            proof.check(own.get(), idScope(), registrationId, hub.clock().instant());
            return own.get();
        }
        return enrollments.all().stream()
                .filter(Enrollment::group)
                .filter(group -> proof.isGoodFor(
                        group, idScope(), registrationId, hub.clock().instant()))
                .findFirst()
                .orElseThrow(Proof::unauthorized);
    }

    private Registration.Outcome outcome(
            Enrollment enrollment, String deviceId, String registrationId, Proof proof, Optional<Registration> old) {
        if (!enrollment.enabled()) {
            return new Registration.Outcome("disabled", 0, "");
        }
        switch (hub.faults().provisioning()) {
            case "disabled", "unassigned" -> {
                return new Registration.Outcome(hub.faults().provisioning(), 0, "");
            }
            case "failed" -> {
                return new Registration.Outcome("failed", 400207, "Custom allocation failed: a test asked for it.");
            }
            default -> {
                return assign(enrollment, deviceId, registrationId, proof, old);
            }
        }
    }

    private Registration.Outcome assign(
            Enrollment enrollment, String deviceId, String registrationId, Proof proof, Optional<Registration> old) {
        boolean again = old.filter(earlier -> earlier.outcome().equals(Registration.Outcome.ASSIGNED)
                        && earlier.deviceId().equals(deviceId))
                .isPresent();
        if (again && enrollment.reprovision() == Enrollment.Reprovision.NEVER) {
            return Registration.Outcome.ASSIGNED;
        }
        IdentityName device = IdentityName.device(deviceId);
        ObjectNode request = HubJson.object();
        request.putObject("capabilities").put("iotEdge", enrollment.iotEdge());
        request.set("authentication", authentication(enrollment, registrationId, proof));
        try {
            boolean exists = hub.registry().find(device).isPresent();
            if (exists && again && enrollment.reprovision() == Enrollment.Reprovision.RESET) {
                hub.registry().delete(device);
                exists = false;
            }
            if (exists) {
                hub.registry().update(device, request);
            } else {
                hub.registry().create(device, request);
            }
            return Registration.Outcome.ASSIGNED;
        } catch (HubException e) {
            return new Registration.Outcome("failed", e.error().status() * 1000, e.getMessage());
        }
    }

    /** The hub then knows the device by what it has proved itself with here. */
    private static JsonNode authentication(Enrollment enrollment, String registrationId, Proof proof) {
        if (enrollment.attestation() instanceof Attestation.Keys keys) {
            Attestation.Keys own = enrollment.group() ? keys.derive(registrationId) : keys;
            ObjectNode json = HubJson.object().put("type", "sas");
            json.putObject("symmetricKey")
                    .put("primaryKey", own.primary().toBase64())
                    .put("secondaryKey", own.secondary().toBase64());
            return json;
        }
        ObjectNode json = HubJson.object().put("type", "selfSigned");
        String thumbprint = Certificates.thumbprint(proof.certificates().get(0));
        json.putObject("x509Thumbprint").put("primaryThumbprint", thumbprint).put("secondaryThumbprint", thumbprint);
        return json;
    }
}
