package io.edgeagent.adapter.workload;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The paths of IoT Edge's management API. IoT Edge gives that socket to edgeAgent alone; modules that ask it are told what serves
 * them instead.
 */
final class ManagementRoutes {
    private static final Set<String> VERBS = Set.of("start", "stop", "restart", "prepareupdate");

    private ManagementRoutes() {}

    /** Why a request is not answered here; empty if it does not belong to that API. */
    static Optional<Refusal> refusal(WorkloadRequest request) {
        List<String> path = request.path();
        return switch (path.get(0)) {
            case "modules" -> Optional.of(module(path));
            case "identities" ->
                Optional.of(refused("identities are made by the deployment: add the module to the manifest"));
            case "systeminfo" ->
                Optional.of(refused(
                        path.contains("supportbundle")
                                ? "a support bundle contains what a module may not see"
                                : "the board's data are in the reported properties of $edgeAgent and in /proc"));
            case "device" ->
                Optional.of(refused("only the operator can provision the device: edge-agent config apply"));
            default -> Optional.empty();
        };
    }

    private static Refusal module(List<String> path) {
        if (path.size() == 3 && VERBS.contains(path.get(2))) {
            return refused(
                    path.get(2).equals("restart")
                            ? "a module restarts itself by ending; others are restarted by the direct method"
                                    + " RestartModule of $edgeAgent or edge-agent restart"
                            : "modules are started, stopped and updated by the deployment");
        }
        if (path.size() == 3 && path.get(2).equals("logs")) {
            return refused("edge-agent logs shows them on the board");
        }
        return path.size() <= 2
                ? refused("modules are made and changed by the deployment")
                : new Refusal(404, "not found");
    }

    private static Refusal refused(String instead) {
        return new Refusal(404, "the management API is not served to modules: " + instead);
    }
}
