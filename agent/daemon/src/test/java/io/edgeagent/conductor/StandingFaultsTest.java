package io.edgeagent.conductor;

import static io.edgeagent.fake.Manifest.module;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.Manifest;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.ElevationPolicy;
import io.edgeagent.reconcile.UpdatePolicy;
import io.edgeagent.testing.LoggedLines;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A day with a fault that nobody mends: neither the log nor the card may be worn out by it. */
class StandingFaultsTest {
    private static final Manifest.Module LED =
            module("led").image("acr.example.io/led:1").restartPolicy("always");
    private static final Manifest.Module BUTTON = module("button").image("acr.example.io/button:1");
    private static final Manifest GOOD = Manifest.version(1).with(LED, BUTTON);

    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int MOST_LINES = 300;
    /** Two stores, tried every five minutes, and some times more at the beginning. */
    private static final int MOST_WRITES = 700;

    private final Rig rig = new Rig();

    /** What is wrong, and what goes on happening because of it. */
    private enum Fault {
        NONE {
            @Override
            void begin(Rig rig) {}
        },
        REFUSED_MANIFEST {
            @Override
            void begin(Rig rig) {
                rig.link.twin(Manifest.version(2).with(LED).json().put("schemaVersion", "1.4"));
            }
        },
        REFUSED_ENTRY {
            @Override
            void begin(Rig rig) {
                rig.deploy(Manifest.version(2).with(LED, BUTTON.image("acr.example.io/button:2")));
                rig.link.twin(Manifest.version(3)
                        .with(LED.image("docker pull acr/led:2"), BUTTON)
                        .json());
            }
        },
        ENGINE_AWAY {
            @Override
            void begin(Rig rig) {
                rig.engine.setAway(true);
            }
        },
        HUB_AWAY {
            @Override
            void begin(Rig rig) {
                rig.link.lose();
            }

            @Override
            void goOn(Rig rig, long step) {
                // as often as the link tries
                rig.link.lose();
            }
        },
        HUB_THAT_COMES_AND_GOES {
            @Override
            void begin(Rig rig) {}

            @Override
            void goOn(Rig rig, long step) {
                if (step % 10 == 0) {
                    rig.link.lose();
                } else if (step % 10 == 5) {
                    rig.link.twin(GOOD.json());
                }
            }
        },
        IDENTITY_REFUSED {
            @Override
            void begin(Rig rig) {
                rig.registry.refuse("create new", ErrorCode.HUB_REFUSED);
                rig.deploy(Manifest.version(2).with(LED, BUTTON, module("new")));
            }
        },
        REPORTS_REFUSED {
            @Override
            void begin(Rig rig) {
                rig.link.refuseReports(Integer.MAX_VALUE);
                rig.deploy(Manifest.version(2).with(LED));
            }
        },
        DISK_FULL {
            @Override
            void begin(Rig rig) {
                rig.store.fill();
                rig.agentMemory.setFull(true);
                rig.deploy(Manifest.version(2).with(LED, BUTTON, module("new")));
            }
        },
        IMAGE_MISSING {
            @Override
            void begin(Rig rig) {
                rig.link.twin(Manifest.version(2)
                        .with(LED, BUTTON, module("new").image("acr.example.io/new:1"))
                        .json());
            }
        },
        REGISTRY_AWAY {
            @Override
            void begin(Rig rig) {
                rig.link.twin(Manifest.version(2)
                        .with(LED, BUTTON, module("new").image("away.example.io/new:1"))
                        .json());
            }
        },
        CRASH_LOOP {
            @Override
            void begin(Rig rig) {}

            @Override
            void goOn(Rig rig, long step) {
                if (rig.engine.stateOf("led").equals(Optional.of(Container.State.RUNNING))) {
                    rig.engine.exit("led", 1);
                }
            }
        },
        START_REFUSED {
            @Override
            void begin(Rig rig) {
                rig.engine.refuse("start led", ErrorCode.ENGINE_FAILED, "no such file");
                rig.engine.exit("led", 1);
            }
        },
        DEVICE_MISSING {
            @Override
            void begin(Rig rig) {
                rig.deploy(Manifest.version(2)
                        .with(LED.createOptions("{'Labels':{'io.edge-agent.devices':'i2c:1'}}"), BUTTON));
            }
        },
        DEVICES_UNSEEN {
            @Override
            void begin(Rig rig) {
                rig.devices.onLook(() -> {
                    throw new IllegalStateException("injected");
                });
                rig.restart();
                rig.deploy(GOOD);
            }
        },
        SOCKETS_BROKEN {
            @Override
            void begin(Rig rig) {
                rig.sockets.setBroken(true);
                rig.deploy(Manifest.version(2).with(LED, BUTTON, module("new")));
            }
        },
        MODULE_REFUSED {
            @Override
            void begin(Rig rig) {
                rig.restart(UpdatePolicy.REPLACE, ElevationPolicy.REFUSE_ALL);
                rig.deploy(Manifest.version(2).with(LED.createOptions("{'HostConfig':{'Privileged':true}}"), BUTTON));
            }
        };

        abstract void begin(Rig rig);

        /** Called every minute. */
        void goOn(Rig rig, long step) {}
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_fault_that_stands_for_a_day_says_little_and_writes_little(Fault fault) {
        rig.deploy(GOOD);
        rig.untilStatus(200, 1);
        int before = rig.store.writes();
        try (LoggedLines lines = LoggedLines.of("io.edgeagent")) {
            fault.begin(rig);
            for (long step = 0; step < Duration.ofDays(1).dividedBy(STEP); step++) {
                fault.goOn(rig, step);
                rig.clock.advance(STEP);
                rig.settle();
            }
            // what is under way may still warn
            rig.stop();

            assertThat(lines.lines()).hasSizeLessThan(MOST_LINES);
        }
        assertThat(rig.store.writes() - before).isLessThan(MOST_WRITES);
    }
}
