package io.edgeagent.remote;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What this device's modules wrote, as the engine keeps it. Calls block; any thread. */
public interface ModuleLogs {

    /** Names of the modules that have a container, sorted. */
    List<String> modules();

    /**
     * Reads a log up to its end of now. An interrupt of the thread ends the reading.
     *
     * @param reader told on this thread; while it works nothing more is read, so nothing is kept
     * @throws IOException what the reader threw
     * @throws io.edgeagent.model.ProblemException if the engine does not answer, or the module is gone
     */
    void read(String module, Range range, Reader reader) throws IOException;

    /**
     * Which part of a log.
     *
     * @param tail only so many lines from the end of the log
     * @param times whether each piece begins with the time that the engine noted, RFC 3339 in UTC, and a blank
     */
    record Range(Optional<Integer> tail, Optional<Instant> since, Optional<Instant> until, boolean times) {}

    /** Takes bytes as they come. */
    interface Reader {
        /**
         * Some bytes that a module wrote; a line may come in several calls.
         *
         * @param begins whether the engine begins a piece here, which is a line or, of a very long line, a part of it
         * @param count of the array's first bytes, which are another's afterwards
         * @return false to read no further
         */
        boolean read(boolean stderr, boolean begins, byte[] bytes, int count) throws IOException;
    }
}
