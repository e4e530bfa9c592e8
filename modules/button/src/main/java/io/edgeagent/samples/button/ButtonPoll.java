package io.edgeagent.samples.button;

import io.edgeagent.samples.board.BoardConnection;
import io.edgeagent.samples.board.ButtonBoard;
import io.edgeagent.samples.board.EventLog;
import io.edgeagent.samples.board.FailureLog;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads the button and posts its state, whether it changed or not: an LED module that was started a moment ago is right
 * within a second. Never throws, so that a scheduler keeps calling it.
 */
final class ButtonPoll implements Runnable {
    private final BoardConnection<ButtonBoard> board;
    private final LedClient led;
    private final EventLog log;
    private final FailureLog ledFailures;
    private final FailureLog bugs;
    private Optional<Boolean> last = Optional.empty();

    ButtonPoll(BoardConnection<ButtonBoard> board, LedClient led, EventLog log) {
        this.board = board;
        this.led = led;
        this.log = log;
        this.ledFailures = new FailureLog(log, "LED at " + led.base());
        this.bugs = new FailureLog(log, "unexpected");
    }

    @Override
    public void run() {
        try {
            poll();
        } catch (RuntimeException e) {
            bugs.failed(e.toString());
        }
    }

    private void poll() {
        boolean pressed;
        try {
            pressed = board.use(ButtonBoard::isPressed);
        } catch (IOException e) {
            // the connection has logged it; without a button there is no state to post
            return;
        }
        if (!last.equals(Optional.of(pressed))) {
            last = Optional.of(pressed);
            log.info("button " + (pressed ? "pressed" : "released"));
        }
        try {
            led.post(pressed);
            ledFailures.recovered();
        } catch (IOException e) {
            ledFailures.failed(e.getMessage());
        }
    }
}
