package io.edgeagent.adapter.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reading of files that the kernel makes up, and that can be gone at any moment. */
final class Sysfs {
    private static final int LONGEST = 64 << 10;

    private Sysfs() {}

    /** Sorted; empty if the folder is not there. */
    static List<Path> list(Path folder) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
            return List.of();
        }
        Collections.sort(entries);
        return entries;
    }

    /** The first line of a file, without NUL; empty if there is none. */
    static String text(Path file) {
        return strings(file).stream()
                .findFirst()
                .flatMap(text -> text.lines().findFirst())
                .orElse("")
                .strip();
    }

    /** All lines of a file; none if it is not there. */
    static List<String> lines(Path file) {
        return content(file).lines().toList();
    }

    /** A property of the device tree that holds several strings. */
    static List<String> strings(Path file) {
        String text = content(file);
        return text.isEmpty()
                ? List.of()
                : Arrays.asList((text.endsWith("\0") ? text.substring(0, text.length() - 1) : text).split("\0", -1));
    }

    /** A property of the device tree that holds 32-bit numbers. */
    static List<Integer> numbers(Path file) {
        ByteBuffer cells = ByteBuffer.wrap(bytes(file));
        List<Integer> numbers = new ArrayList<>();
        while (cells.remaining() >= Integer.BYTES) {
            numbers.add(cells.getInt());
        }
        return numbers;
    }

    /** NAME=value, line by line. */
    static Map<String, String> properties(Path file) {
        return content(file)
                .lines()
                .map(line -> line.split("=", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (one, other) -> other));
    }

    /** Where a path leads once all links are followed. */
    static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String content(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path file) {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(LONGEST);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
