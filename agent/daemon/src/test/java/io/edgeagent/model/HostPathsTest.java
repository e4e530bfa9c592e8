package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.HostPaths.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostPathsTest {
    private static final HostPaths PATHS = new HostPaths(List.of(
            new Mount(Path.of("/var/lib/edge-agent"), Optional.of(Path.of("/docker/volumes/data/_data"))),
            new Mount(Path.of("/var/lib/edge-agent/inner"), Optional.of(Path.of("/srv/inner"))),
            new Mount(Path.of("/var/lib/edge-agent/tmp"), Optional.empty())));

    @Test
    void a_path_in_the_volume_is_below_its_mountpoint_on_the_host() {
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent/workload/led-acr")))
                .contains(Path.of("/docker/volumes/data/_data/workload/led-acr"));
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent"))).contains(Path.of("/docker/volumes/data/_data"));
    }

    @Test
    void the_innermost_mount_counts() {
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent/inner/a"))).contains(Path.of("/srv/inner/a"));
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent/tmp/a"))).isEmpty();
    }

    @Test
    void the_containers_own_files_are_nowhere_on_the_host() {
        assertThat(PATHS.onHost(Path.of("/run/edge-agent"))).isEmpty();
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent-2"))).isEmpty();
        assertThat(PATHS.onHost(Path.of("/var/lib/edge-agent/../other"))).isEmpty();
    }

    @Test
    void on_the_host_itself_every_path_is_the_same() {
        assertThat(HostPaths.SAME.onHost(Path.of("/run/edge-agent/led"))).contains(Path.of("/run/edge-agent/led"));
    }
}
