package io.edgeagent.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnContainerTest {
    private static final String ID = "0123456789abcdef".repeat(4);

    @Test
    void finds_its_id_where_docker_and_podman_mount_etc_hostname_from() {
        assertThat(OwnContainer.idIn(List.of(
                        "700 690 0:50 / / rw,relatime - overlay overlay rw",
                        "712 700 8:1 /var/lib/docker/containers/" + ID
                                + "/hostname /etc/hostname rw - ext4 /dev/sda1 rw",
                        "713 700 8:1 /var/lib/docker/containers/" + ID + "/hosts /etc/hosts rw - ext4 /dev/sda1 rw")))
                .contains(ID);
        assertThat(OwnContainer.idIn(List.of("7 6 0:24 /containers/overlay-containers/" + ID
                        + "/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw")))
                .contains(ID);
    }

    @Test
    void a_host_with_containers_is_no_container() {
        assertThat(OwnContainer.idIn(List.of(
                        "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
                        "90 22 0:60 / /var/lib/docker/containers/" + ID + "/mounts/shm rw - tmpfs shm rw")))
                .isEmpty();
        assertThat(OwnContainer.idIn(List.of())).isEmpty();
    }

    @Test
    void reads_volumes_and_networks_of_what_the_engine_says() throws Exception {
        OwnContainer own = OwnContainer.of(Json.MAPPER.readTree("""
                {"Id": "abc", "HostConfig": {"NetworkMode": "default"},
                 "NetworkSettings": {"Networks": {"bridge": {}, "azure-iot-edge": {}}},
                 "Mounts": [{"Type": "volume", "Name": "data", "Source": "/d/data/_data", "Destination": "/var/lib/edge-agent"},
                            {"Type": "tmpfs", "Source": "", "Destination": "/run"}]}"""));

        assertThat(own.networks()).containsExactly("bridge", "azure-iot-edge");
        assertThat(own.sharedNetwork()).isFalse();
        assertThat(own.mounts().onHost(Path.of("/var/lib/edge-agent/led"))).contains(Path.of("/d/data/_data/led"));
        assertThat(own.mounts().onHost(Path.of("/run/led"))).isEmpty();
    }
}
