package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.check.CloudSight.Way;
import io.edgeagent.identity.Device;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the local hub on its own ports, whose clock is an hour ahead. */
class CloudProbeTest {
    private static final Duration AHEAD = Duration.ofHours(1);

    @TempDir
    private static Path folder;

    private static Simulator hub;
    private static ConnectionString device;

    @BeforeAll
    static void start() throws Exception {
        InstantSource clock = () -> Instant.now().plus(AHEAD);
        hub = Simulator.start(folder, ModuleClientLinkContract.ownAddress(), new SimulatorOptions(443, 8883, clock));
        device = ConnectionString.parseDevice(hub.createEdgeDevice("board"));
    }

    @AfterAll
    static void stop() throws IOException {
        hub.close();
    }

    @Test
    void says_who_answers_on_each_way() {
        for (Way way : Way.values()) {
            assertThat(probe(trusting(), device.key().orElseThrow())
                            .connect(way, hub.hostName())
                            .name())
                    .as(way.name())
                    .isEqualTo("CN=" + hub.hostName());
        }
    }

    @Test
    void says_whose_certificate_is_not_trusted() {
        CloudProbe probe =
                probe(HubTrust.context(Optional.empty()), device.key().orElseThrow());

        for (Way way : Way.values()) {
            assertThatThrownBy(() -> probe.connect(way, hub.hostName()))
                    .hasMessageContaining("the certificate that answered is of CN=" + hub.hostName());
        }
    }

    @Test
    void says_that_nobody_listens_and_that_a_name_is_not_known() {
        CloudProbe probe = probe(trusting(), device.key().orElseThrow());

        assertThatThrownBy(() -> probe.connect(Way.MQTT, "127.250.250.250")).hasMessageContaining("refused");
        assertThatThrownBy(() -> probe.connect(Way.HTTPS, "no-such-host.invalid"))
                .hasMessageContaining("the name no-such-host.invalid is not known");
        assertThat(probe.resolve("no-such-host.invalid")).isEmpty();
        assertThat(probe.resolve(hub.hostName())).containsExactly(hub.hostName());
    }

    @Test
    void reads_the_hubs_clock() {
        Instant told = probe(trusting(), device.key().orElseThrow())
                .time(hub.hostName())
                .orElseThrow();

        assertThat(Duration.between(Instant.now().plus(AHEAD), told).abs()).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void asks_with_the_devices_key() {
        SharedKey wrong = SharedKey.of(new byte[32]);

        assertThat(probe(trusting(), device.key().orElseThrow()).identities()).isEqualTo(2);
        assertThatThrownBy(() -> probe(trusting(), wrong).identities())
                .hasMessageContaining("check the device's connection string or key");
    }

    private static SSLContext trusting() {
        return HubTrust.context(Optional.of(hub.caFile()));
    }

    private static CloudProbe probe(SSLContext tls, SharedKey key) {
        UpstreamSettings way = UpstreamSettings.DIRECT;
        // the token ends by the hub's clock
        InstantSource clock = () -> Instant.now().plus(AHEAD);
        return new CloudProbe(
                tls,
                way,
                DeviceAccess.byKey(key, tls, Upstream.of(way), clock),
                Optional.of(new Device(hub.hostName(), "board")));
    }
}
