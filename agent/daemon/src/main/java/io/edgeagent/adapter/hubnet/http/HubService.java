package io.edgeagent.adapter.hubnet.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeagent.hub.HubEntrance;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the hub answers by HTTPS: each path has one service. */
final class HubService implements HttpService {
    private static final HttpAnswer NO_PARENT = HttpAnswer.json(
            501,
            JsonNodeFactory.instance
                    .objectNode()
                    .put("Message", "this device cannot be the parent of edge devices")
                    .toString());

    private final HttpService methods;
    private final HttpService telemetry;

    HubService(HubEntrance entrance) {
        methods = new MethodService(entrance);
        telemetry = new TelemetryService(entrance);
    }

    @Override
    public Optional<HttpAnswer> refuses(HttpRequest request) {
        return isOfChild(request.path())
                ? Optional.of(NO_PARENT)
                : service(request).refuses(request);
    }

    @Override
    public void serve(HttpRequest request, byte[] body, Consumer<HttpAnswer> answer) {
        service(request).serve(request, body, answer);
    }

    private HttpService service(HttpRequest request) {
        return TelemetryService.sender(request.path()).isPresent() ? telemetry : methods;
    }

    /** What an edge device asks its parent: for its modules, and for what is below it (hub contract 2.2). */
    private static boolean isOfChild(List<String> path) {
        return path.size() >= 3
                && path.get(0).equals("devices")
                && path.get(2).equals("modules")
                && TelemetryService.sender(path).isEmpty();
    }
}
