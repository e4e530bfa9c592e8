package io.edgeagent.simulator.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits a file into lines of bytes, without their newlines; what follows the last newline is a line too. */
final class Lines {
    private Lines() {}

    static List<byte[]> of(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                lines.add(Arrays.copyOfRange(content, start, i));
                start = i + 1;
            }
        }
        if (start < content.length) {
            lines.add(Arrays.copyOfRange(content, start, content.length));
        }
        return lines;
    }
}
