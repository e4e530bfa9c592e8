package io.edgeagent.cli;

import io.edgeagent.check.Check;
import io.edgeagent.check.CheckRun;
import io.edgeagent.check.Verdict;
import java.time.Duration;

/** Says on a terminal what takes long, in a line that goes away again. */
final class CheckProgress implements CheckRun.Listener {
    private static final String ERASE = "\r\u001b[K";

    private final CheckRun.Listener report;
    private boolean shown;

    CheckProgress(CheckRun.Listener report) {
        this.report = report;
    }

    @Override
    public void section(String name) {
        report.section(name);
    }

    @Override
    public void stillAsking(Check check, Duration since) {
        System.out.flush();
        String text = "  " + check.id() + " ... " + since.toSeconds() + " s";
        // a line that wraps could not be erased
        System.err.print(ERASE + text.substring(0, Math.min(text.length(), Math.max(1, Terminal.columns() - 1))));
        System.err.flush();
        shown = true;
    }

    @Override
    public void answered(Check check, Verdict verdict) {
        if (shown) {
            System.err.print(ERASE);
            System.err.flush();
            shown = false;
        }
        report.answered(check, verdict);
    }
}
