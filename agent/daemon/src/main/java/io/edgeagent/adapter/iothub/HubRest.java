package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** {@link IdentityRegistry} over the hub's REST API, signed with the device's own key, as IoT Edge's identity service does. */
public final class HubRest implements IdentityRegistry {
    private static final int TIMEOUT_MS = 70_000;
    private static final int MAX_REPLY = 1 << 20;
    // IoT Edge signs for 30 s and fails on boards whose clock is a minute off
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final ConnectionString device;
    private final SSLContext tls;

    public HubRest(ConnectionString device, SSLContext tls) {
        this.device = device;
        this.tls = tls;
    }

    private record Reply(int status, JsonNode body) {}

    @Override
    public List<ModuleIdentity> list() {
        Reply reply =
                expect(call("GET", HubPaths.modules(deviceId()), Optional.empty(), false), "list module identities");
        List<ModuleIdentity> found = new ArrayList<>();
        reply.body.forEach(module -> found.add(identity(module)));
        return found;
    }

    @Override
    public ModuleIdentity create(String moduleId) {
        ObjectNode body = body(moduleId);
        Reply reply = call("PUT", HubPaths.module(deviceId(), moduleId), Optional.of(body), false);
        if (reply.status == 409) {
            reply = call("GET", HubPaths.module(deviceId(), moduleId), Optional.empty(), false);
        }
        return identity(expect(reply, "create the identity of module " + moduleId).body);
    }

    @Override
    public void setKeys(ModuleIdentity identity, SharedKey primary, SharedKey secondary) {
        ObjectNode body = body(identity.moduleId());
        body.put("generationId", identity.generationId());
        ObjectNode authentication = body.putObject("authentication").put("type", "sas");
        authentication
                .putObject("symmetricKey")
                .put("primaryKey", primary.toBase64())
                .put("secondaryKey", secondary.toBase64());
        expect(
                call("PUT", HubPaths.module(deviceId(), identity.moduleId()), Optional.of(body), true),
                "set the keys of module " + identity.moduleId());
    }

    @Override
    public void delete(String moduleId) {
        Reply reply = call("DELETE", HubPaths.module(deviceId(), moduleId), Optional.empty(), true);
        if (reply.status != 404) {
            expect(reply, "delete the identity of module " + moduleId);
        }
    }

    private ObjectNode body(String moduleId) {
        return JsonNodeFactory.instance.objectNode().put("moduleId", moduleId).put("deviceId", deviceId());
    }

    private String deviceId() {
        return device.deviceId().orElseThrow();
    }

    private static ModuleIdentity identity(JsonNode json) {
        return new ModuleIdentity(
                json.path("moduleId").asText(), json.path("generationId").asText());
    }

    private Reply call(String method, String path, Optional<ObjectNode> body, boolean anyEtag) {
        try {
            URL url = URI.create(
                            "https://" + device.hostName() + path + "?api-version=" + HubPaths.IDENTITY_API_VERSION)
                    .toURL();
            HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
            connection.setSSLSocketFactory(tls.getSocketFactory());
            connection.setConnectTimeout(TIMEOUT_MS / 2);
            connection.setReadTimeout(TIMEOUT_MS);
            connection.setUseCaches(false);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", token());
            if (anyEtag) {
                connection.setRequestProperty("If-Match", "*");
            }
            if (body.isPresent()) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.get().toString().getBytes(StandardCharsets.UTF_8));
                }
            }
            return read(connection);
        } catch (IOException e) {
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    "the hub " + device.hostName() + " cannot be reached: " + e.getMessage(),
                    e);
        }
    }

    private static Reply read(HttpsURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes(MAX_REPLY);
            JsonNode body = bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : Json.MAPPER.readTree(bytes);
            return new Reply(status, body);
        }
    }

    private String token() {
        SharedKey key = device.key()
                .orElseThrow(
                        () -> new ProblemException(
                                ErrorCode.HUB_UNAUTHORIZED,
                                "the connection string has no SharedAccessKey; devices with certificates are not supported yet"));
        return SasToken.sign(
                        HubPaths.resource(device.hostName(), deviceId()),
                        key,
                        Instant.now().plus(TOKEN_LIFE))
                .toText();
    }

    private Reply expect(Reply reply, String what) {
        if (reply.status < 300) {
            return reply;
        }
        String said = reply.body
                .path("Message")
                .asText(reply.body.path("errorMessage").asText("HTTP " + reply.status));
        String text = what + ": the hub said: " + said;
        throw switch (reply.status) {
            case 401, 403 ->
                new ProblemException(
                        ErrorCode.HUB_UNAUTHORIZED,
                        text
                                + "; check the device's connection string, that the device is enabled, and the board's clock");
            case 404 ->
                new ProblemException(
                        ErrorCode.HUB_UNAUTHORIZED,
                        text + "; the device " + deviceId()
                                + " is not registered in this hub: check the connection string");
            case 429 -> new ProblemException(ErrorCode.HUB_THROTTLED, text + "; tried again later");
            default -> new ProblemException(ErrorCode.HUB_REFUSED, text);
        };
    }
}
