package io.edgeagent.simulator;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub with the device porch. */
abstract class PorchFixture {
    @TempDir
    Path state;

    Simulator hub;

    /** Its connection string. */
    String porch;

    @BeforeEach
    void start() throws Exception {
        hub = TestHub.start(state);
        porch = hub.createEdgeDevice("porch");
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
    }
}
