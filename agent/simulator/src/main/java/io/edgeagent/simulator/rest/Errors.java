package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import java.time.Instant;
import java.util.UUID;

/** Error bodies in the form that the SDKs take apart: "ErrorCode:{name};{text}" and the header iothub-errorcode. */
final class Errors {
    private Errors() {}

    static Response of(HubException e) {
        return answer(e, "ErrorCode:" + e.error().code() + ";" + e.getMessage());
    }

    /** Answers of the method service hold JSON in their message, with a number as error code. */
    static Response ofMethod(HubException e) {
        ObjectNode inner = HubJson.object()
                .put("errorCode", e.error().number())
                .put("trackingId", UUID.randomUUID().toString())
                .put("message", e.getMessage())
                .put("timestampUtc", HubJson.time(Instant.now()));
        inner.putObject("info");
        return answer(e, inner.toString());
    }

    private static Response answer(HubException e, String message) {
        ObjectNode body = HubJson.object().put("Message", message);
        body.put("ExceptionMessage", "Tracking ID:" + UUID.randomUUID() + "-TimeStamp:" + HubJson.time(Instant.now()));
        return Response.error(e.error().status(), e.error().code(), body);
    }
}
