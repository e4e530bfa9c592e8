package io.edgeagent.samples.temperature;

import io.edgeagent.samples.board.BoardConnection;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the module does again and again: obey, measure, send. */
final class Rounds {
    private final BoardConnection<Sensor> board;
    private final Controls controls;
    private final InstantSource clock;
    private final long limit;
    private final String batch = UUID.randomUUID().toString();
    private long sent;

    /** @param limit how many messages to send, negative for no limit */
    Rounds(BoardConnection<Sensor> board, Controls controls, InstantSource clock, long limit) {
        this.board = board;
        this.controls = controls;
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * One round. Without a sensor it sends nothing: readers of the telemetry should see a gap and not an old value.
     *
     * @throws IOException when the hub fails; a sensor that fails is tried again in the next round
     */
    void next(Upstream hub) throws IOException {
        if (controls.takeChange()) {
            hub.report(controls.settings().reported());
        }
        if (controls.takeReset() && !reset()) {
            controls.resetAgain();
        }
        if (!controls.settings().data() || (limit >= 0 && sent >= limit)) {
            return;
        }
        Optional<Reading> reading = read();
        if (reading.isPresent()) {
            String json = new Telemetry(reading.get(), clock.instant()).json();
            hub.send(json, Map.of("sequenceNumber", Long.toString(sent + 1), "batchId", batch));
            sent++;
        }
    }

    /** The connection to the board logs what fails. */
    private Optional<Reading> read() {
        try {
            return Optional.of(board.use(Sensor::read));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean reset() {
        try {
            return board.use(sensor -> {
                sensor.reset();
                return true;
            });
        } catch (IOException e) {
            return false;
        }
    }
}
