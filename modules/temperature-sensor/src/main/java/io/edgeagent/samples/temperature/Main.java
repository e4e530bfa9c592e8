package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BoardConnection;
import io.edgeagent.samples.board.Boards;
import io.edgeagent.samples.board.BusDevice;
import io.edgeagent.samples.board.EventLog;
import io.edgeagent.samples.board.FailureLog;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;

/** The temperature sensor module. */
public final class Main {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        EventLog log = EventLog.standardOutput();
        try {
            run(System.getenv(), log);
        } catch (IllegalArgumentException e) {
            log.error(e.getMessage());
            System.exit(2);
        }
    }

    private static void run(Map<String, String> environment, EventLog log) throws InterruptedException {
        SensorSettings settings = SensorSettings.from(environment);
        if (environment.getOrDefault("IOTEDGE_MODULEID", "").isEmpty()
                && !environment.containsKey("EdgeHubConnectionString")
                && !environment.containsKey("IotHubConnectionString")) {
            throw new IllegalArgumentException(
                    "this is a module: deploy it with an agent, which says by IOTEDGE_MODULEID and others who it is");
        }
        var controls = new Controls(new SendSettings(true, settings.delay()), log);
        var rounds = new Rounds(board(settings, log), controls, InstantSource.system(), settings.limit());
        var failures = new FailureLog(log, "hub");
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try (HubSession hub = HubSession.open(environment, controls)) {
                log.info("hub: connected");
                pause = FIRST_PAUSE;
                while (!hub.isLost()) {
                    rounds.next(hub);
                    failures.recovered();
                    if (!hub.isLost()) {
                        controls.await(controls.settings().interval());
                    }
                }
                failures.failed("connection lost");
            } catch (IOException e) {
                failures.failed(e.getMessage());
            }
            Thread.sleep(pause.toMillis());
        }
    }

    private static BoardConnection<Sensor> board(SensorSettings settings, EventLog log) {
        var simulated = new SimulatedSht3x(new Random());
        return Boards.i2c(
                settings.board(),
                log,
                () -> simulated,
                (BusDevice device) -> settings.kind() == SensorSettings.Kind.SHT3X || device == simulated
                        ? Sht3x.on(device)
                        : Bme280.on(device));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
