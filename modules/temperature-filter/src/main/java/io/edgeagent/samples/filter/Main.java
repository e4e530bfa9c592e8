package io.edgeagent.samples.filter;

import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.edgeagent.samples.board.EventLog;
import io.edgeagent.samples.board.FailureLog;
import io.edgeagent.samples.client.ModuleSession;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** The temperature filter module: from its input {@code input1} to its output {@code output1}. */
public final class Main {
    private static final String INPUT = "input1";
    private static final String OUTPUT = "output1";
    private static final long FIRST_PAUSE_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final EventLog log = EventLog.standardOutput();
    private final Threshold threshold = new Threshold();
    private final TemperatureFilter filter = new TemperatureFilter(threshold, new FailureLog(log, "message ignored"));
    private final FailureLog failures = new FailureLog(log, "hub");
    private final FailureLog sending = new FailureLog(log, "alert not sent");
    /** Something to do: the connection is lost, or the threshold has changed. */
    private final Semaphore news = new Semaphore(0);

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Main main = new Main();
        if (System.getenv().getOrDefault("IOTEDGE_GATEWAYHOSTNAME", "").isEmpty()) {
            main.log.error("there is no edge hub that could pass messages to this module: its manifest needs"
                    + " systemModules.edgeHub, and the agent a hub, which it names by IOTEDGE_GATEWAYHOSTNAME");
            System.exit(2);
        }
        main.run();
    }

    private void run() throws InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try (ModuleSession session = new ModuleSession(news::release)) {
                connect(session);
                log.info("hub: connected");
                failures.recovered();
                pause = FIRST_PAUSE_MILLIS;
                while (!session.isLost()) {
                    report(session);
                    news.acquire();
                    news.drainPermits();
                }
                failures.failed("connection lost");
            } catch (IOException e) {
                failures.failed(e.getMessage());
            }
            Thread.sleep(pause);
        }
    }

    private void connect(ModuleSession session) throws IOException {
        ModuleClient client = session.client();
        client.setMessageCallback(
                INPUT,
                (message, context) -> {
                    filter.pass(message).ifPresent(alert -> send(client, alert));
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        session.open();
        session.repeat(
                "subscribe to desired properties",
                () -> client.subscribeToDesiredProperties(
                        (twin, context) -> follow(twin.getDesiredProperties(), false),
                        null,
                        ModuleSession.TIMEOUT_MILLIS));
        session.repeat(
                "read the twin",
                () -> follow(client.getTwin(ModuleSession.TIMEOUT_MILLIS).getDesiredProperties(), true));
    }

    /** Does not wait: the client hands over messages on the thread that would have to bring the answer. */
    private void send(ModuleClient client, Message alert) {
        client.sendEventAsync(
                alert,
                (sent, failure, context) -> {
                    if (failure == null) {
                        sending.recovered();
                    } else {
                        sending.failed(String.valueOf(failure.getMessage()));
                    }
                },
                null,
                OUTPUT);
    }

    private void follow(Map<String, Object> desired, boolean whole) {
        double before = threshold.celsius();
        try {
            threshold.follow(desired, whole);
        } catch (IllegalArgumentException e) {
            log.warn("desired properties ignored: " + e.getMessage());
        }
        if (before != threshold.celsius()) {
            log.info("passing what is above " + threshold.celsius() + " °C");
        }
        news.release();
    }

    private void report(ModuleSession session) throws IOException {
        TwinCollection reported = new TwinCollection();
        reported.put(Threshold.PROPERTY, threshold.celsius());
        session.repeat(
                "report", () -> session.client().updateReportedProperties(reported, ModuleSession.TIMEOUT_MILLIS));
    }
}
