package io.edgeagent.adapter.docker;

/**
 * What holds for Docker, on Podman's Docker API; each override states what Podman does instead. It needs a Podman, so it is run with
 * {@code ./dev test --all}, which sets EDGE_TEST_PODMAN to the address of its service.
 */
class PodmanEngine extends DockerEngineIT {
    @Override
    String addressVariable() {
        return "EDGE_TEST_PODMAN";
    }
}
