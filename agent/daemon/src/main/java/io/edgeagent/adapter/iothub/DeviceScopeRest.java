package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.iothub.HttpsJson.Reply;
import io.edgeagent.identity.Device;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Asks the IoT Hub which devices and modules are in the scope of this edge device (hub contract 3.1). */
public final class DeviceScopeRest {
    private static final int MOST_PAGES = 200;
    /** As edgeHub asks. */
    private static final int PAGE = 10;

    private final Device device;
    private final SSLContext tls;

    public DeviceScopeRest(Device device, SSLContext tls) {
        this.device = device;
        this.tls = tls;
    }

    /**
     * All of them. Blocks.
     *
     * @param token of $edgeHub
     * @return {@code {"devices":[..],"modules":[..]}}, with this device
     * @throws IOException in words, if the cloud cannot be reached, refuses, or answers something else
     */
    public ObjectNode read(String token, UpstreamSettings way) throws IOException {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.putArray("devices");
        all.putArray("modules");
        return way.parent().name().isPresent() ? readFromParent(all, token, way) : readFromHub(all, token, way);
    }

    /** A parent's hub answers only this question, with all that is below this device (hub contract 2.2). */
    private ObjectNode readFromParent(ObjectNode all, String token, UpstreamSettings way) throws IOException {
        String url = "https://" + way.parent().inPlaceOf(device.hubHost()) + HubPaths.targetScope(device.deviceId())
                + "?api-version=" + HubPaths.NESTED_SCOPE_API_VERSION;
        ObjectNode question =
                JsonNodeFactory.instance.objectNode().put("pageSize", PAGE).put("continuationLink", "");
        question.put("authChain", device.deviceId());
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            String next = take(call("POST", url, token, way, Optional.of(question.toString())), all);
            if (next.isEmpty()) {
                return all;
            }
            question.put("continuationLink", next);
        }
        throw new IOException("the device scope has more than " + MOST_PAGES + " pages");
    }

    private ObjectNode readFromHub(ObjectNode all, String token, UpstreamSettings way) throws IOException {
        URI page = URI.create("https://" + device.hubHost() + HubPaths.deviceScope(device.deviceId()) + "?deviceCount="
                + PAGE + "&continuationToken=&api-version=" + HubPaths.SCOPE_API_VERSION);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            String next = take(call("GET", page.toString(), token, way, Optional.empty()), all);
            if (next.isEmpty()) {
                return all;
            }
            page = following(page, next);
        }
        throw new IOException("the device scope has more than " + MOST_PAGES + " pages");
    }

    /** @return what leads to the next page; empty for the last one */
    private static String take(JsonNode body, ObjectNode all) {
        body.path("devices").forEach(all.withArray("devices")::add);
        body.path("modules").forEach(all.withArray("modules")::add);
        JsonNode next = body.path("continuationLink");
        return next.isNull() ? "" : next.asText("");
    }

    private JsonNode call(String method, String url, String token, UpstreamSettings way, Optional<String> body)
            throws IOException {
        Reply reply;
        try {
            reply = HttpsJson.call(
                    method,
                    url,
                    HubSocketFactory.https(tls.getSocketFactory(), way),
                    Map.of("Authorization", token),
                    body);
        } catch (IOException e) {
            throw new IOException(
                    way.parent().inWords(device.hubHost()) + " cannot be reached: " + Explained.words(e), e);
        }
        if (!reply.isGood() || !reply.body().path("devices").isArray()) {
            throw new IOException(way.parent().inWords(device.hubHost())
                    + " answered the question for the device scope with " + reply.status());
        }
        return reply.body();
    }

    /** The token is for nobody else. */
    private URI following(URI page, String link) throws IOException {
        try {
            URI next = page.resolve(link);
            if ("https".equals(next.getScheme()) && device.hubHost().equalsIgnoreCase(next.getHost())) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IOException("the next page of the device scope is not at the hub");
    }
}
