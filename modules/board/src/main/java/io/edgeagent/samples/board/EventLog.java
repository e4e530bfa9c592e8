package io.edgeagent.samples.board;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** One line per event, with its UTC time and level. */
public record EventLog(PrintStream out, InstantSource clock) {

    public static EventLog standardOutput() {
        return new EventLog(System.out, InstantSource.system());
    }

    public void info(String event) {
        write("INFO ", event);
    }

    public void warn(String event) {
        write("WARN ", event);
    }

    public void error(String event) {
        write("ERROR", event);
    }

    private void write(String level, String event) {
        String oneLine = event.replace('\n', ' ').replace('\r', ' ');
        out.println(clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + oneLine);
    }
}
