package io.edgeagent.samples.led;

import io.edgeagent.samples.board.BoardConnection;
import io.edgeagent.samples.board.ButtonBoard;
import io.edgeagent.samples.board.EventLog;
import java.io.IOException;
import java.util.Optional;

/** What the LED module answers: {@code POST /{state}} switches, {@code GET /state} and {@code GET /health} look. */
final class LedRoutes {
    private final BoardConnection<ButtonBoard> board;
    private final EventLog log;
    private Optional<Boolean> last = Optional.empty();

    LedRoutes(BoardConnection<ButtonBoard> board, EventLog log) {
        this.board = board;
        this.log = log;
    }

    /** @param path decoded, with its leading slash */
    Reply answer(String method, String path) {
        String word = path.substring(1);
        if (word.isEmpty() || word.contains("/")) {
            return Reply.NOT_FOUND;
        }
        try {
            if (method.equals("POST")) {
                Optional<Boolean> on = PythonBool.parse(word);
                return on.isPresent() ? light(on.get()) : Reply.NOT_A_BOOL;
            }
            if (method.equals("GET") && word.equals("state")) {
                return new Reply(200, "{\"on\":" + board.use(ButtonBoard::isLit) + "}");
            }
            if (method.equals("GET") && word.equals("health")) {
                board.use(ButtonBoard::isLit);
                return new Reply(200, "{\"status\":\"ok\"}");
            }
            return Reply.METHOD_NOT_ALLOWED;
        } catch (IOException e) {
            // the connection has logged it
            return Reply.detail(503, "board not available: " + e.getMessage());
        }
    }

    private synchronized Reply light(boolean on) throws IOException {
        board.use(led -> {
            led.light(on);
            return on;
        });
        if (!last.equals(Optional.of(on))) {
            last = Optional.of(on);
            log.info("LED " + (on ? "on" : "off"));
        }
        return Reply.DONE;
    }
}
