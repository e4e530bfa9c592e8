package io.edgeagent.adapter.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.Workload;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The paths of IoT Edge's workload API, and our own. Who asks is known from the socket, never from the request. */
final class WorkloadRoutes {
    private static final Set<String> VERSIONS =
            Set.of("2018-06-28", "2019-01-30", "2019-10-22", "2019-11-05", "2020-07-07", "2021-12-07", "2022-08-03");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Workload workload;
    private final UpdateLocks locks;
    private final Supplier<Collection<String>> modules;

    WorkloadRoutes(Workload workload, UpdateLocks locks, Supplier<Collection<String>> modules) {
        this.workload = workload;
        this.locks = locks;
        this.modules = modules;
    }

    /** Never throws. */
    Reply answer(ModuleIdentity caller, WorkloadRequest request) {
        try {
            version(request);
            return route(caller, request);
        } catch (Refusal e) {
            return Reply.of(e);
        } catch (ProblemException e) {
            return Reply.error(500, e.problem().text());
        }
    }

    private static void version(WorkloadRequest request) {
        String version = request.apiVersion().orElseThrow(() -> new Refusal(400, "api-version not specified"));
        if (!VERSIONS.contains(version)) {
            throw new Refusal(400, "invalid api-version \"" + version + "\"");
        }
    }

    private Reply route(ModuleIdentity caller, WorkloadRequest request) {
        List<String> path = request.path();
        if (path.equals(List.of("modules"))) {
            only("GET", request);
            return new Reply(200, list());
        }
        if (path.equals(List.of("trust-bundle"))) {
            only("GET", request);
            String bundle = workload.trustBundle();
            return new Reply(200, JSON.objectNode().put("certificate", bundle));
        }
        if (path.equals(List.of("manifest-trust-bundle"))) {
            only("GET", request);
            return new Reply(200, JSON.objectNode().put("certificate", ""));
        }
        if (path.size() == 5 && path.get(0).equals("modules") && path.get(2).equals("genid")) {
            return own(caller, path.get(1), path.get(3), path.get(4), request);
        }
        if (path.size() > 3
                && path.get(0).equals("modules")
                && path.get(path.size() - 2).equals("certificate")) {
            return certificate(caller, path, request);
        }
        if (path.size() == 3 && path.get(0).equals("modules") && path.get(2).equals("update-lock")) {
            onlySelf(caller, path.get(1));
            return UpdateLockRoutes.answer(locks, caller.moduleId(), request);
        }
        throw ManagementRoutes.refusal(request).orElseGet(() -> new Refusal(404, "not found"));
    }

    /** IoT Edge asks for the server's with a generation and for the identity's without; both are taken either way. */
    private Reply certificate(ModuleIdentity caller, List<String> path, WorkloadRequest request) {
        boolean withGeneration = path.size() == 6 && path.get(2).equals("genid");
        String kind = path.get(path.size() - 1);
        if ((path.size() != 4 && !withGeneration)
                || !Set.of("server", "identity").contains(kind)) {
            throw new Refusal(404, "not found");
        }
        only("POST", request);
        onlySelf(caller, path.get(1));
        return kind.equals("server")
                ? CertificateRoutes.server(workload.certificates(), caller, body(request), modules.get())
                : CertificateRoutes.identity(workload.certificates(), caller);
    }

    private Reply own(ModuleIdentity caller, String module, String generation, String verb, WorkloadRequest request) {
        if (!Set.of("sign", "encrypt", "decrypt").contains(verb)) {
            throw new Refusal(404, "not found");
        }
        only("POST", request);
        onlySelf(caller, module);
        JsonNode body = body(request);
        return switch (verb) {
            case "sign" -> bytes("digest", workload.sign(caller, base64(body, "data")));
            case "encrypt" ->
                bytes(
                        "ciphertext",
                        workload.encrypt(
                                caller, generation, base64(body, "initializationVector"), base64(body, "plaintext")));
            default ->
                bytes(
                        "plaintext",
                        workload.decrypt(
                                        caller,
                                        generation,
                                        base64(body, "initializationVector"),
                                        base64(body, "ciphertext"))
                                .orElseThrow(() -> new Refusal(
                                        400, "this module did not encrypt this here with this initializationVector")));
        };
    }

    private static void onlySelf(ModuleIdentity caller, String module) {
        if (!module.equals(caller.moduleId())) {
            throw new Refusal(403, "forbidden");
        }
    }

    private static void only(String method, WorkloadRequest request) {
        if (!request.method().equals(method)) {
            throw new Refusal(400, "method not allowed");
        }
    }

    static JsonNode body(WorkloadRequest request) {
        if (!request.isJson() || request.body().isEmpty()) {
            throw new Refusal(422, "the request has no JSON body");
        }
        try {
            JsonNode body = Json.MAPPER.readTree(request.body());
            if (body.isObject()) {
                return body;
            }
        } catch (IOException e) {
            // said below; the parser's own words would quote the body
        }
        throw new Refusal(422, "the body is not a JSON object");
    }

    private static byte[] base64(JsonNode body, String field) {
        JsonNode value = body.path(field);
        try {
            if (value.isTextual()) {
                return Base64.getDecoder().decode(value.textValue());
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new Refusal(422, "\"" + field + "\" is missing or is not base64 text");
    }

    private static Reply bytes(String field, byte[] value) {
        return new Reply(200, JSON.objectNode().put(field, Base64.getEncoder().encodeToString(value)));
    }

    private ObjectNode list() {
        ObjectNode answer = JSON.objectNode();
        var list = answer.putArray("modules");
        for (String module : modules.get()) {
            ObjectNode one =
                    list.addObject().put("id", "id").put("name", module).put("type", "docker");
            one.putObject("config").putObject("settings");
            one.withObjectProperty("config").putArray("env");
            one.putObject("status").putObject("runtimeStatus").put("status", "unknown");
        }
        return answer;
    }
}
