package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeProxy;
import io.edgeagent.simulator.Simulator;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** MQTT over WebSocket through a proxy with a login. */
class ProxiedLinkTest extends ModuleClientLinkContract {
    private Optional<FakeProxy> proxy = Optional.empty();

    @Override
    Map<String, String> way(Simulator started) {
        proxy = Optional.of(new FakeProxy(Map.of(443, started.httpsPort())));
        return Map.of("https_proxy", proxy.get().url("agent:p%40ss"), "UpstreamProtocol", "AmqpWs");
    }

    @AfterEach
    void was_used() {
        assertThat(proxy.orElseThrow().requests())
                .contains("CONNECT 127.0.0.1:443 HTTP/1.1", "Proxy-Authorization: Basic YWdlbnQ6cEBzcw==");
        proxy.get().close();
    }

    @Override
    protected void cut() {
        proxy.orElseThrow().cut();
    }
}
