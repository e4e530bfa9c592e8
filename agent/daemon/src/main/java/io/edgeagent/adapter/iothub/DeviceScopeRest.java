package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
        ArrayNode devices = all.putArray("devices");
        ArrayNode modules = all.putArray("modules");
        // ten at a time, as edgeHub asks
        URI page = URI.create("https://" + device.hubHost() + HubPaths.deviceScope(device.deviceId())
                + "?deviceCount=10&continuationToken=&api-version=" + HubPaths.SCOPE_API_VERSION);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            JsonNode body = page(page, token, way);
            body.path("devices").forEach(devices::add);
            body.path("modules").forEach(modules::add);
            String next = body.path("continuationLink").asText("");
            if (next.isEmpty() || body.path("continuationLink").isNull()) {
                return all;
            }
            page = following(page, next);
        }
        throw new IOException("the device scope has more than " + MOST_PAGES + " pages");
    }

    private JsonNode page(URI uri, String token, UpstreamSettings way) throws IOException {
        Reply reply;
        try {
            reply = HttpsJson.call(
                    "GET",
                    uri.toString(),
                    HubSocketFactory.https(tls.getSocketFactory(), way),
                    Map.of("Authorization", token),
                    Optional.empty());
        } catch (IOException e) {
            throw new IOException("the hub " + device.hubHost() + " cannot be reached: " + Explained.words(e), e);
        }
        if (!reply.isGood() || !reply.body().path("devices").isArray()) {
            throw new IOException("the hub answered the question for the device scope with " + reply.status());
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
