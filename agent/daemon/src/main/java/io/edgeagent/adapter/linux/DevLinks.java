package io.edgeagent.adapter.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names that udev gives to nodes besides the kernel's: links in /dev itself, such as {@code gpiochip4} and {@code serial0} of
 * Raspberry Pi OS or those of an operator's own rules, and {@code by-id/...} and {@code by-path/...}.
 */
final class DevLinks {
    private static final List<String> CLASSES = List.of("serial", "v4l", "snd", "dri", "media");
    private static final List<String> KINDS = List.of("by-id", "by-path");

    private final Map<Path, List<String>> names = new TreeMap<>();

    private DevLinks() {}

    static DevLinks read(Path dev) {
        DevLinks links = new DevLinks();
        for (String folder : CLASSES) {
            for (String kind : KINDS) {
                Sysfs.list(dev.resolve(folder).resolve(kind))
                        .forEach(link -> links.add(kind + "/" + link.getFileName(), link));
            }
        }
        Sysfs.list(dev).stream()
                .filter(Files::isSymbolicLink)
                .forEach(link -> links.add(link.getFileName().toString(), link));
        return links;
    }

    private void add(String name, Path link) {
        Sysfs.real(link)
                .ifPresent(node ->
                        names.computeIfAbsent(node, path -> new ArrayList<>()).add(name));
    }

    /** Other names of a node, those by which it stays known wherever it is plugged in first. */
    List<String> to(Path node) {
        return names.getOrDefault(node, List.of());
    }
}
