package io.edgeagent.remote;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * A module's log on its way: read from the engine, filtered, written as it is wanted. It goes line by line on the caller's thread, so
 * that a log of any size needs no more memory than its longest line, and the engine is read only as fast as it is taken away.
 *
 * @param iothub and {@code device}: of this board, for JSON
 */
record LogReading(ModuleLogs logs, String iothub, String device) {

    /** Takes away what is written. */
    private interface Format {
        void begin() throws IOException;

        void line(LogLine line) throws IOException;

        void end() throws IOException;
    }

    /**
     * Writes the log. The stream stays open.
     *
     * @throws IOException what the stream threw
     * @throws io.edgeagent.model.ProblemException if it cannot be read
     */
    void write(String module, LogFilter filter, LogFormat format, OutputStream out) throws IOException {
        if (!format.gzip()) {
            copy(module, filter, format, out);
            return;
        }
        GZIPOutputStream packed = new GZIPOutputStream(out, 8192);
        copy(module, filter, format, packed);
        packed.finish();
    }

    private void copy(String module, LogFilter filter, LogFormat format, OutputStream out) throws IOException {
        long skipped = 0;
        if (filter.countsHere()) {
            long[] count = new long[1];
            read(module, filter, false, line -> {
                count[0] += line.continues() ? 0 : 1;
                return true;
            });
            skipped = count[0] - filter.tail().orElseThrow();
        }
        Format written = format.json() ? new JsonLines(module, out) : new TextLines(out);
        written.begin();
        Skip skip = new Skip(skipped, written);
        read(module, filter, format.json(), skip);
        written.end();
    }

    /** @param times whether the engine's times are needed */
    private void read(String module, LogFilter filter, boolean times, LineReader.Lines lines) throws IOException {
        ModuleLogs.Range range = new ModuleLogs.Range(
                filter.countsHere() ? Optional.empty() : filter.tail(), filter.since(), filter.until(), times);
        LineReader reader = new LineReader(times, new Chosen(filter, lines));
        logs.read(module, range, reader);
        reader.end();
    }

    /** Lets those through that the filter wants; a part of a long line shares the fate of its beginning. */
    private static final class Chosen implements LineReader.Lines {
        private final LogFilter filter;
        private final LineReader.Lines next;
        private boolean out;
        private boolean err;

        Chosen(LogFilter filter, LineReader.Lines next) {
            this.filter = filter;
            this.next = next;
        }

        @Override
        public boolean line(LogLine line) throws IOException {
            boolean wanted = line.continues() ? (line.stderr() ? err : out) : isWanted(line);
            if (line.stderr()) {
                err = wanted;
            } else {
                out = wanted;
            }
            return !wanted || next.line(line);
        }

        private boolean isWanted(LogLine line) {
            if (filter.level().filter(level -> level != line.level()).isPresent()) {
                return false;
            }
            return filter.regex().filter(regex -> !regex.isIn(line.text())).isEmpty();
        }
    }

    /** Leaves out those that are not of the tail. */
    private static final class Skip implements LineReader.Lines {
        private final Format format;
        private long left;

        Skip(long left, Format format) {
            this.left = left;
            this.format = format;
        }

        @Override
        public boolean line(LogLine line) throws IOException {
            if (!line.continues()) {
                left--;
            }
            if (left < 0) {
                format.line(line);
            }
            return true;
        }
    }

    private record TextLines(OutputStream out) implements Format {
        @Override
        public void begin() {
            // only lines
        }

        @Override
        public void line(LogLine line) throws IOException {
            out.write(line.bytes(), line.start(), line.length());
        }

        @Override
        public void end() {
            // only lines
        }
    }

    private final class JsonLines implements Format {
        private final String module;
        private final JsonGenerator json;

        JsonLines(String module, OutputStream out) throws IOException {
            this.module = module;
            this.json = Json.MAPPER.getFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        }

        @Override
        public void begin() throws IOException {
            json.writeStartArray();
        }

        @Override
        public void line(LogLine line) throws IOException {
            json.writeStartObject();
            json.writeStringField("iothub", iothub);
            json.writeStringField("device", device);
            json.writeStringField("id", module);
            json.writeStringField("stream", line.stderr() ? "stderr" : "stdout");
            json.writeNumberField("loglevel", line.level());
            json.writeStringField("text", line.text());
            json.writeStringField("timestamp", line.time().map(String::valueOf).orElse(null));
            json.writeEndObject();
        }

        @Override
        public void end() throws IOException {
            json.writeEndArray();
            json.close();
        }
    }
}
