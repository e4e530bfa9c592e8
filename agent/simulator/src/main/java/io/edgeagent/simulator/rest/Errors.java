package io.edgeagent.simulator.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.Json;
import java.time.Instant;
import java.util.UUID;

/** Error bodies in the form that the SDKs take apart: "ErrorCode:{name};{text}" and the header iothub-errorcode. */
final class Errors {
    private Errors() {}

    static Response of(HubException e) {
        HubError error = e.error();
        String tracking = UUID.randomUUID().toString();
        String time = Json.time(Instant.now());
        ObjectNode body = Json.object();
        if (error == HubError.DEVICE_NOT_ONLINE || error == HubError.GATEWAY_TIMEOUT) {
            // answers of the method service hold JSON in their message
            ObjectNode inner = Json.object()
                    .put("errorCode", error == HubError.DEVICE_NOT_ONLINE ? 404103 : 504101)
                    .put("trackingId", tracking)
                    .put("message", e.getMessage())
                    .put("timestampUtc", time);
            inner.putObject("info");
            body.put("Message", inner.toString());
        } else {
            body.put("Message", "ErrorCode:" + error.code() + ";" + e.getMessage());
        }
        body.put("ExceptionMessage", "Tracking ID:" + tracking + "-TimeStamp:" + time);
        return Response.error(error.status(), error.code(), body);
    }
}
