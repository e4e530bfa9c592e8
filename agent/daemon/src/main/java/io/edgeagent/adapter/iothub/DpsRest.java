package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.iothub.HttpsJson.Reply;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.ProvisioningService;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.Identifiers;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Azure's Device Provisioning Service over its REST API for devices. */
public final class DpsRest implements ProvisioningService {
    private static final String API_VERSION = "2021-06-01";
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String endpoint;
    private final Registration registration;
    private final DeviceAccess access;
    private final Pause pause;

    /**
     * Who asks.
     *
     * @param payload JSON for a custom allocation
     */
    public record Registration(String idScope, String registrationId, Optional<JsonNode> payload) {}

    /** Waits between two questions. */
    public interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /** @param endpoint host of the service, with a port if it is not 443 */
    public DpsRest(String endpoint, Registration registration, DeviceAccess access, Pause pause) {
        this.endpoint = endpoint;
        this.registration = registration;
        this.access = access;
        this.pause = pause;
    }

    @Override
    public Device register() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("registrationId", registration.registrationId());
        registration.payload().ifPresent(payload -> body.set("payload", payload));
        Reply reply = call("PUT", "/register", Optional.of(body.toString()));
        if (!reply.isGood()) {
            throw refusal(reply);
        }
        Duration waited = Duration.ZERO;
        while (reply.status() == 429 || reply.status() >= 500 || isAssigning(reply.body())) {
            Duration wait = pollIn(reply);
            waited = waited.plus(wait);
            if (waited.compareTo(PATIENCE) > 0) {
                throw problem(
                        ErrorCode.HUB_UNREACHABLE,
                        "is still assigning the device after " + PATIENCE.toMinutes() + " minutes; tried again later");
            }
            sleep(wait);
            Reply next = call(
                    "GET",
                    "/operations/"
                            + Percent.encode(reply.body().path("operationId").asText()),
                    Optional.empty());
            // a busy service's answer names no operation
            reply = next.isGood() ? next : busyOrRefusal(next, reply);
        }
        return device(reply.body());
    }

    private Reply busyOrRefusal(Reply failed, Reply before) {
        if (failed.status() != 429 && failed.status() < 500) {
            throw refusal(failed);
        }
        return new Reply(failed.status(), before.body(), failed.retryAfter(), failed.time());
    }

    private static boolean isAssigning(JsonNode body) {
        return body.path("status").asText().equals("assigning")
                && body.path("operationId").isTextual();
    }

    private static Duration pollIn(Reply reply) {
        Duration wait = reply.retryAfter().orElse(POLL);
        return wait.compareTo(LONGEST_POLL) < 0 ? wait : LONGEST_POLL;
    }

    private void sleep(Duration time) {
        try {
            pause.pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.HUB_UNREACHABLE, "the agent is stopping", e);
        }
    }

    private Device device(JsonNode body) {
        JsonNode state = body.path("registrationState");
        String status = body.path("status").asText(state.path("status").asText());
        String code = state.path("errorCode").asInt() == 0
                ? ""
                : " (error " + state.path("errorCode").asText() + ")";
        String said = state.path("errorMessage").asText("").isBlank()
                ? ""
                : ": " + state.path("errorMessage").asText();
        String hub = state.path("assignedHub").asText();
        String device = state.path("deviceId").asText();
        switch (status) {
            case "assigned" -> {
                if (hub.isBlank() || device.isBlank()) {
                    throw problem(ErrorCode.PROVISIONING_REFUSED, "assigned the device without naming hub and device");
                }
                try {
                    return new Device(hub, Identifiers.checkDevice("the device id", device));
                } catch (ProtocolException e) {
                    throw problem(
                            ErrorCode.PROVISIONING_REFUSED, "assigned a name that cannot be used: " + e.getMessage());
                }
            }
            case "unassigned" ->
                throw problem(
                        ErrorCode.PROVISIONING_REFUSED,
                        "knows the registration " + registration.registrationId() + " but assigned it to no hub" + code
                                + said + "; look at its enrollment's allocation policy and the hubs that are linked");
            case "disabled" ->
                throw problem(
                        ErrorCode.PROVISIONING_REFUSED,
                        "has the enrollment of " + registration.registrationId() + " disabled" + code + said
                                + "; enable it there, and the agent continues by itself");
            case "failed" ->
                throw problem(
                        ErrorCode.PROVISIONING_REFUSED,
                        "could not assign the registration " + registration.registrationId() + code + said);
            default ->
                throw problem(
                        ErrorCode.PROVISIONING_REFUSED,
                        "answered with the unknown status \"" + status + "\"" + code + said);
        }
    }

    private ProblemException refusal(Reply reply) {
        Optional<Problem> fault = access.fault();
        JsonNode body = reply.body();
        String code = body.path("errorCode").isMissingNode()
                ? ""
                : " " + body.path("errorCode").asText();
        String said = "said HTTP " + reply.status() + code + " "
                + body.path("message").asText(body.path("Message").asText(""));
        return switch (reply.status()) {
            case 401, 403, 404 ->
                fault.map(known -> problem(known.code(), said + "; " + known.text()))
                        .orElseGet(() -> problem(
                                ErrorCode.PROVISIONING_REFUSED,
                                said + "; check id_scope " + registration.idScope() + ", registration_id "
                                        + registration.registrationId() + ", " + access.advice()
                                        + access.enrollmentAdvice()));
            case 429 -> problem(ErrorCode.HUB_THROTTLED, said + "; tried again later");
            default ->
                problem(reply.status() >= 500 ? ErrorCode.HUB_UNREACHABLE : ErrorCode.PROVISIONING_REFUSED, said);
        };
    }

    private ProblemException problem(ErrorCode code, String text) {
        return new ProblemException(code, "the provisioning service " + endpoint + " " + text.strip());
    }

    private Reply call(String method, String path, Optional<String> body) {
        String resource = registration.idScope() + "/registrations/" + registration.registrationId();
        String url = "https://" + endpoint + "/" + registration.idScope() + "/registrations/"
                + Percent.encode(registration.registrationId()) + path + "?api-version=" + API_VERSION;
        try {
            return HttpsJson.call(
                    method, url, access.sockets(), access.headers(resource, Optional.of("registration")), body);
        } catch (IOException e) {
            Optional<Problem> fault = access.fault();
            if (access.isRefusal(e)) {
                throw fault.map(known -> problem(known.code(), "refused the connection; " + known.text()))
                        .orElseGet(() -> problem(
                                ErrorCode.PROVISIONING_REFUSED,
                                "refused the certificate (" + e.getMessage() + "); check " + access.advice()));
            }
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    "the provisioning service " + endpoint + " cannot be reached: " + Explained.words(e),
                    e);
        }
    }
}
