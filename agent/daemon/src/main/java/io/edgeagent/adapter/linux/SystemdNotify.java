package io.edgeagent.adapter.linux;

import io.edgeagent.runtime.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd's notifications, sd_notify(3), sent by the program systemd-notify: Java has no datagram sockets of the Unix family.
 * The unit must say {@code NotifyAccess=all}.
 */
public final class SystemdNotify implements Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotify.class);
    private static final String PROGRAM = "systemd-notify";
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int STATUS_LENGTH = 200;

    private final String program;
    private final Duration period;
    private boolean failed;

    SystemdNotify(String program, Duration period) {
        this.program = program;
        this.period = period;
    }

    /** systemd's, where it waits for notifications: NOTIFY_SOCKET is set, and WATCHDOG_USEC if it watches. */
    public static Optional<Supervisor> of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                .filter(socket -> !socket.isEmpty())
                .map(socket -> new SystemdNotify(PROGRAM, period(environment.getOrDefault("WATCHDOG_USEC", ""))));
    }

    // three times in the time that systemd allows: one lost message must not end the agent
    private static Duration period(String watchdogMicros) {
        if (!watchdogMicros.matches("[1-9][0-9]{0,14}")) {
            return LONGEST;
        }
        Duration third = Duration.ofNanos(Long.parseLong(watchdogMicros) * 1000 / 3);
        return third.compareTo(LONGEST) < 0 ? third : LONGEST;
    }

    @Override
    public Duration period() {
        return period;
    }

    /** READY=1 goes along each time, since systemd before 246 loses a message whose sender has ended already. */
    @Override
    public void alive(String state) {
        // a line break would begin another assignment
        String line = state.replaceAll("\\p{Cntrl}+", " ");
        send("READY=1", "WATCHDOG=1", "STATUS=" + line.substring(0, Math.min(STATUS_LENGTH, line.length())));
    }

    @Override
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String... assignments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(assignments));
        try {
            // not waited for: the conductor must not hang on the one that watches whether it hangs
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .getOutputStream()
                    .close();
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.error(
                        "event=notify_failed reason=\"{}\" advice=\"systemd will restart the agent; install"
                                + " systemd-notify, or set Type=exec and WatchdogSec=0 in the unit\"",
                        e.getMessage());
            }
            failed = true;
        }
    }
}
