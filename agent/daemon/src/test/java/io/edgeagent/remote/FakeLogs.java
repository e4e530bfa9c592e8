package io.edgeagent.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Logs in memory; an engine that hands out pieces, with its times in front where it is asked to. */
final class FakeLogs implements ModuleLogs {
    private static final String STAMP = "2026-11-28T09:00:00.000000001Z ";

    final List<Range> asked = new CopyOnWriteArrayList<>();
    final Map<String, List<String>> stdout = new TreeMap<>();
    long piecesRead;

    FakeLogs with(String module, String... lines) {
        stdout.put(module, Arrays.stream(lines).map(line -> line + "\n").toList());
        return this;
    }

    @Override
    public List<String> modules() {
        return List.copyOf(stdout.keySet());
    }

    @Override
    public void read(String module, Range range, Reader reader) throws IOException {
        asked.add(range);
        List<String> lines = new ArrayList<>(stdout.get(module));
        int from = range.tail().map(tail -> Math.max(0, lines.size() - tail)).orElse(0);
        for (String line : lines.subList(from, lines.size())) {
            byte[] piece = ((range.times() ? STAMP : "") + line).getBytes(StandardCharsets.UTF_8);
            piecesRead++;
            if (!reader.read(line.contains("stderr"), true, piece, piece.length)) {
                return;
            }
        }
    }
}
