package io.edgeagent.samples.led;

import io.edgeagent.samples.board.BoardConnection;
import io.edgeagent.samples.board.BoardSettings;
import io.edgeagent.samples.board.Boards;
import io.edgeagent.samples.board.ButtonBoard;
import io.edgeagent.samples.board.EventLog;
import io.edgeagent.samples.board.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The LED module. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        EventLog log = EventLog.standardOutput();
        try {
            start(new Settings(System.getenv()), log);
        } catch (IllegalArgumentException e) {
            log.error(e.getMessage());
            System.exit(2);
        } catch (IOException e) {
            log.error("LED: cannot listen, set PORT to a free one: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void start(Settings settings, EventLog log) throws IOException {
        int port = settings.number("PORT", 80, 1, 65_535);
        BoardConnection<ButtonBoard> board = Boards.button(BoardSettings.from(settings), log);
        // seconds after which a client that stalls in the middle of a request loses its thread
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        var server = new LedServer(new InetSocketAddress(port), new LedRoutes(board, log), log);
        server.start();
        log.info("LED: listening on port " + port);
        // so that the log tells about the board also while nobody posts
        var unused = Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(board::retry, 0, 1, TimeUnit.SECONDS);
    }
}
