package io.edgeagent.adapter.iothub;

import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import java.time.InstantSource;
import java.util.Map;

/** MQTT on its own port, which is the SDK's. */
class DirectLinkTest extends ModuleClientLinkContract {
    private final String address = ownAddress();

    @Override
    Map<String, String> way(Simulator started) {
        return Map.of();
    }

    @Override
    String address() {
        return address;
    }

    @Override
    SimulatorOptions options() {
        return new SimulatorOptions(0, 8883, InstantSource.system());
    }
}
