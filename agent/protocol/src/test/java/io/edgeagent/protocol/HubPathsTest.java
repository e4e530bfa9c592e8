package io.edgeagent.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class HubPathsTest {
    @Test
    void spells_paths_as_the_hub_knows_them() {
        assertThat(HubPaths.device("pi-4")).isEqualTo("/devices/pi-4");
        assertThat(HubPaths.modules("pi-4")).isEqualTo("/devices/pi-4/modules");
        assertThat(HubPaths.module("pi-4", "$edgeAgent")).isEqualTo("/devices/pi-4/modules/%24edgeAgent");
        assertThat(HubPaths.twin("pi-4")).isEqualTo("/twins/pi-4");
        assertThat(HubPaths.moduleTwin("pi-4", "$edgeHub")).isEqualTo("/twins/pi-4/modules/%24edgeHub");
        assertThat(HubPaths.applyConfiguration("pi-4")).isEqualTo("/devices/pi-4/applyConfigurationContent");
    }

    @Test
    void spells_the_resource_of_a_token_plain_with_the_host_in_lower_case() {
        assertThat(HubPaths.resource("Hub.Azure-Devices.NET", "Pi-4")).isEqualTo("hub.azure-devices.net/devices/Pi-4");
        assertThat(HubPaths.resource("Hub.Example", "Pi-4", "$edgeAgent"))
                .isEqualTo("hub.example/devices/Pi-4/modules/$edgeAgent");
    }

    @Property
    void an_id_never_escapes_its_segment(@ForAll @NotEmpty @CharRange(from = '!', to = '~') String id) {
        URI uri = URI.create("https://hub.example" + HubPaths.module(id, id) + "?api-version=1");

        assertThat(uri.getRawPath()).matches("/devices/[^/?#]+/modules/[^/?#]+");
        assertThat(uri.getPath()).isEqualTo("/devices/" + id + "/modules/" + id);
        assertThat(uri.getQuery()).isEqualTo("api-version=1");
    }
}
