package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.reconcile.Container;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the hub asks for, and what it hears last. */
class ConductorEndTest {
    private static final Manifest.Module LED = module("led").image("acr.example.io/led:1");

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void methods_are_answered() {
        assertThat(rig.link.call("PING").status()).isEqualTo(200);
        assertThat(rig.link.call("Reboot").status()).isEqualTo(400);
    }

    @Test
    void when_it_is_stopped_it_says_so_and_the_modules_run_on() {
        rig.deploy(Manifest.version(1).with(LED));
        rig.untilStatus(200, 1);

        rig.stop();

        assertThat(rig.link.reported("/lastDesiredStatus/code").asInt()).isEqualTo(406);
        assertThat(rig.link.isClosed()).isTrue();
        assertThat(rig.engine.stateOf("led")).contains(Container.State.RUNNING);
    }
}
