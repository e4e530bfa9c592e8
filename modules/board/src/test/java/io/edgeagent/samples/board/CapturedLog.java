package io.edgeagent.samples.board;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

final class CapturedLog {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final EventLog log = new EventLog(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.parse("2026-01-01T00:00:00.123456Z"));

    List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
