package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.iothub.HttpsJson.Reply;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.HubModule;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@link IdentityRegistry} over the hub's REST API, with the device's own key or certificate, as IoT Edge's identity service does. */
public final class HubRest implements IdentityRegistry {
    // a hub takes 50; https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling
    private static final int MOST_MODULES = 1000;

    private final Device device;
    private final DeviceAccess access;
    private final Consumer<Instant> time;

    public HubRest(Device device, DeviceAccess access) {
        this(device, access, now -> {});
    }

    /** @param time told what the hub's clock shows, with each answer */
    public HubRest(Device device, DeviceAccess access, Consumer<Instant> time) {
        this.device = device;
        this.access = access;
        this.time = time;
    }

    @Override
    public List<HubModule> list() {
        Reply reply =
                expect(call("GET", HubPaths.modules(deviceId()), Optional.empty(), false), "list module identities");
        if (!reply.body().isArray() || reply.body().size() > MOST_MODULES) {
            // an empty list would mean that there are none
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    "list module identities: "
                            + (reply.body().isArray()
                                    ? "the hub named " + reply.body().size() + ", more than a device can have"
                                    : "what answered for the hub " + device.hubHost() + " sent no list"));
        }
        List<HubModule> found = new ArrayList<>();
        reply.body().forEach(module -> found.add(new HubModule(identity(module), primaryKey(module))));
        return found;
    }

    @Override
    public ModuleIdentity create(String moduleId) {
        ObjectNode body = body(moduleId);
        Reply reply = call("PUT", HubPaths.module(deviceId(), moduleId), Optional.of(body), false);
        if (reply.status() == 409) {
            reply = call("GET", HubPaths.module(deviceId(), moduleId), Optional.empty(), false);
        }
        return identity(
                expect(reply, "create the identity of module " + moduleId).body());
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
        if (reply.status() != 404) {
            expect(reply, "delete the identity of module " + moduleId);
        }
    }

    private ObjectNode body(String moduleId) {
        return JsonNodeFactory.instance.objectNode().put("moduleId", moduleId).put("deviceId", deviceId());
    }

    private String deviceId() {
        return device.deviceId();
    }

    private static ModuleIdentity identity(JsonNode json) {
        return new ModuleIdentity(
                json.path("moduleId").asText(), json.path("generationId").asText());
    }

    /** Also empty if it is not a key that we can compare. */
    private static Optional<SharedKey> primaryKey(JsonNode json) {
        String key = json.at("/authentication/symmetricKey/primaryKey").asText("");
        try {
            return key.isEmpty() ? Optional.empty() : Optional.of(SharedKey.fromBase64(key));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    private Reply call(String method, String path, Optional<ObjectNode> body, boolean anyEtag) {
        String url = "https://" + access.parent().inPlaceOf(device.hubHost()) + path + "?api-version="
                + HubPaths.IDENTITY_API_VERSION;
        Map<String, String> headers = access.headers(HubPaths.resource(device.hubHost(), deviceId()), Optional.empty());
        if (anyEtag) {
            headers.put("If-Match", "*");
        }
        try {
            Reply reply = HttpsJson.call(method, url, access.sockets(), headers, body.map(ObjectNode::toString));
            reply.time().ifPresent(time);
            return reply;
        } catch (IOException e) {
            if (access.isRefusal(e)) {
                throw refusal(access.parent().inWords(device.hubHost()) + " refused the certificate (" + e.getMessage()
                        + ")");
            }
            throw new ProblemException(
                    ErrorCode.HUB_UNREACHABLE,
                    access.parent().inWords(device.hubHost()) + " cannot be reached: " + Explained.words(e),
                    e);
        }
    }

    private Reply expect(Reply reply, String what) {
        if (reply.isGood()) {
            return reply;
        }
        String said = reply.body()
                .path("Message")
                .asText(reply.body().path("errorMessage").asText("HTTP " + reply.status()));
        String text = what + ": the hub said: " + said;
        throw switch (reply.status()) {
            case 401, 403 -> refusal(text);
            case 404 ->
                new ProblemException(
                        ErrorCode.HUB_UNAUTHORIZED,
                        text + "; the device " + deviceId()
                                + " is not registered in this hub: check device and hub in the settings");
            case 429 -> new ProblemException(ErrorCode.HUB_THROTTLED, text + "; tried again later");
            default ->
                new ProblemException(reply.status() >= 500 ? ErrorCode.HUB_UNREACHABLE : ErrorCode.HUB_REFUSED, text);
        };
    }

    /** What is wrong with our own proof goes first: it explains the refusal. */
    private ProblemException refusal(String text) {
        return access.fault()
                .map(fault -> new ProblemException(fault.code(), text + "; " + fault.text()))
                .orElseGet(() -> new ProblemException(
                        ErrorCode.HUB_UNAUTHORIZED,
                        text + "; check " + access.advice() + ", and that the device " + deviceId()
                                + " is enabled in the hub"));
    }
}
