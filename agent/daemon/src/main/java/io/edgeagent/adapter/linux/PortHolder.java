package io.edgeagent.adapter.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds who listens on a TCP port: from the table of sockets to the process that has the socket open (proc(5)).
 *
 * @param proc the folder /proc
 */
public record PortHolder(Path proc) {
    private static final String LISTENS = "0A";
    private static final int COLUMNS = 10;
    private static final int MAX_NAME = 40;

    public PortHolder() {
        this(Path.of("/proc"));
    }

    /**
     * In words, such as "nginx (process 812)"; empty if nobody else listens there, as far as this process may see. Reads the open
     * files of all processes: not for a thread that others wait for.
     */
    public Optional<String> of(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            sockets.addAll(listening(proc.resolve(table), port));
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                Set<String> held = held(process, sockets);
                if (isOurs(process)) {
                    sockets.removeAll(held);
                } else if (!held.isEmpty()) {
                    return Optional.of(name(process) + " (process " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return sockets.isEmpty() ? Optional.empty() : Optional.of("a process that the agent may not look at");
    }

    private static boolean isOurs(Path process) {
        return process.getFileName()
                .toString()
                .equals(String.valueOf(ProcessHandle.current().pid()));
    }

    /** Inodes of the sockets that listen on the port, each as the link of an open file names it. */
    private static Set<String> listening(Path table, int port) {
        Set<String> found = new HashSet<>();
        String end = ":" + String.format("%04X", port);
        try {
            for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
                String[] columns = line.strip().split("\\s+", COLUMNS + 1);
                if (columns.length >= COLUMNS && columns[1].endsWith(end) && columns[3].equals(LISTENS)) {
                    found.add("socket:[" + columns[9] + "]");
                }
            }
        } catch (IOException e) {
            // without IPv6 there is no table for it
            return found;
        }
        return found;
    }

    private static Set<String> held(Path process, Set<String> sockets) {
        Set<String> held = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                String target = target(file);
                if (sockets.contains(target)) {
                    held.add(target);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // it has ended, or is another user's
            return held;
        }
        return held;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String name(Path process) {
        try {
            String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip()
                    .replaceAll("[^ -~]|\"", "?");
            return name.substring(0, Math.min(MAX_NAME, name.length()));
        } catch (IOException e) {
            return "somebody";
        }
    }
}
