package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code edgeHub} says of the way to the cloud. */
class EdgeHubTwinTest {
    @Test
    void a_cloud_that_stays_out_of_reach_is_said_with_its_newest_reason_until_it_is_back() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1 << 20), "\"up\":\"FROM /* INTO $upstream\"");
        EdgeHubTwin twin = EdgeHubTwin.follow(rig.hub, rig, rig.disk.documents(), rig::link, "board", "1.0");
        UpstreamLinks.Listener cloud = rig.links.get(rig.links.size() - 1).listener;

        cloud.down("the proxy refuses: 407 Proxy Authentication Required", false);
        rig.pass(Duration.ofSeconds(100));
        assertThat(twin.remark()).isEmpty();
        rig.pass(Duration.ofSeconds(30));
        assertThat(twin.remark())
                .isEqualTo(
                        "IoT Hub is not reached, messages wait: the proxy refuses: 407 Proxy Authentication Required");
        cloud.down("nobody answers", false);
        assertThat(twin.remark()).endsWith("messages wait: nobody answers");

        cloud.up();
        assertThat(twin.remark()).isEmpty();
        cloud.twin(Optional.empty());
        cloud.down("nobody answers", false);
        rig.pass(Duration.ofSeconds(60));
        cloud.up();
        rig.pass(Duration.ofMinutes(10));
        assertThat(twin.remark()).isEmpty();
    }
}
