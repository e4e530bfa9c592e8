package io.edgeagent.cli;

import io.edgeagent.check.Check;
import io.edgeagent.check.CheckJson;
import io.edgeagent.check.CheckRun;
import io.edgeagent.check.Verdict;
import java.io.PrintStream;
import java.time.Duration;

/** What came of checks, for people and for programs. */
abstract class CheckReport implements CheckRun.Listener {
    private int succeeded;
    private int warnings;
    private int errors;
    private int skipped;

    int succeeded() {
        return succeeded;
    }

    int warnings() {
        return warnings;
    }

    int errors() {
        return errors;
    }

    int skipped() {
        return skipped;
    }

    /** All have been answered. */
    abstract void end();

    abstract void show(Check check, Verdict verdict);

    @Override
    public void section(String name) {
        // programs group as they like
    }

    @Override
    public void stillAsking(Check check, Duration since) {
        // nobody watches
    }

    @Override
    public final void answered(Check check, Verdict verdict) {
        switch (verdict.level()) {
            case OK -> succeeded++;
            case WARNING -> warnings++;
            case ERROR -> errors++;
            case SKIPPED -> skipped++;
            case IGNORED -> {
                // there was nothing to ask
            }
        }
        show(check, verdict);
    }

    /** As iotedge writes it. */
    static final class AsText extends CheckReport {
        private static final String INDENT = "    ";

        private final PrintStream out;
        private final boolean verbose;
        private final boolean colours;
        private final int columns;
        private String section = "";
        private boolean began;

        /** @param columns of the terminal */
        AsText(PrintStream out, boolean verbose, boolean colours, int columns) {
            this.out = out;
            this.verbose = verbose;
            this.colours = colours;
            this.columns = columns;
        }

        @Override
        public void section(String name) {
            section = name;
        }

        @Override
        void show(Check check, Verdict verdict) {
            switch (verdict.level()) {
                case OK -> line(Mark.OK, check.description());
                case WARNING -> line(Mark.WARNING, check.description());
                case ERROR -> line(Mark.ERROR, check.description());
                case SKIPPED -> {
                    if (verbose) {
                        line(Mark.WARNING, check.description());
                        body("skipped: " + verdict.text());
                    }
                    return;
                }
                case IGNORED -> {
                    return;
                }
            }
            verdict.text().lines().forEach(this::body);
            verdict.fix().ifPresent(fix -> body("Try: " + fix));
            if (verbose) {
                verdict.details().forEach(this::body);
            }
        }

        private void line(Mark mark, String text) {
            // a section without a word to say has no heading
            if (!section.isEmpty()) {
                out.print((began ? "\n" : "") + section + "\n" + "-".repeat(section.length()) + "\n");
                section = "";
                began = true;
            }
            paint(mark, Wrapped.text(mark.glyph + " " + text + " - " + mark.word, "  ", columns));
        }

        private void body(String text) {
            out.print(INDENT + Wrapped.text(Terminal.plain(text), INDENT, columns - INDENT.length()) + "\n");
        }

        private void paint(Mark mark, String text) {
            out.print((colours ? mark.colour + text + "\u001b[0m" : text) + "\n");
        }

        @Override
        void end() {
            String more = verbose ? "" : " Re-run with --verbose for more details.";
            out.print("\n");
            paint(Mark.OK, Wrapped.text(succeeded() + " check(s) succeeded.", "", columns));
            if (warnings() > 0) {
                paint(Mark.WARNING, Wrapped.text(warnings() + " check(s) raised warnings." + more, "", columns));
            }
            if (errors() > 0) {
                paint(Mark.ERROR, Wrapped.text(errors() + " check(s) raised errors." + more, "", columns));
            }
            if (skipped() > 0) {
                paint(
                        Mark.WARNING,
                        Wrapped.text(
                                skipped() + " check(s) were skipped due to errors from other checks." + more,
                                "",
                                columns));
            }
        }

        private enum Mark {
            OK("\u221a", "OK", "\u001b[32m"),
            WARNING("\u203c", "Warning", "\u001b[33m"),
            ERROR("\u00d7", "Error", "\u001b[31m");

            private final String glyph;
            private final String word;
            private final String colour;

            Mark(String glyph, String word, String colour) {
                this.glyph = glyph;
                this.word = word;
                this.colour = colour;
            }
        }
    }

    /** For programs. */
    static final class AsJson extends CheckReport {
        private final CheckJson json = new CheckJson(CommandLineInterface.Version.current());

        @Override
        void show(Check check, Verdict verdict) {
            json.answered(check, verdict);
        }

        @Override
        void end() {
            System.out.println(json.toJson().toPrettyString());
        }
    }
}
