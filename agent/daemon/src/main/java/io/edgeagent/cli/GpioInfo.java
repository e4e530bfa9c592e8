package io.edgeagent.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the program gpioinfo says of the lines of GPIO chips: it has the ioctl that tells who uses a line, and Java has not. It
 * takes no line for itself.
 */
final class GpioInfo {
    /**
     * A line.
     *
     * @param name empty where it has none
     * @param consumer as the kernel or the program that uses it calls itself; empty where nobody uses it
     */
    record Line(String name, String consumer) {}

    private static final Pattern CHIP = Pattern.compile("(gpiochip\\d+) - \\d+ lines:");
    private static final Pattern LINE = Pattern.compile("\\s+line\\s+\\d+:\\s+(?:unnamed|\"(.*?)\")\\s+(.*)");
    // libgpiod 1 has the consumer before the direction, libgpiod 2 at the end
    private static final Pattern CONSUMER = Pattern.compile("(?:.*consumer=)?(?:\"([^\"]*)\"|(kernel)\\b).*");

    private final List<Path> places;

    /** @param places where the program may be */
    GpioInfo(Path... places) {
        this.places = List.of(places);
    }

    static GpioInfo installed() {
        return new GpioInfo(Path.of("/usr/bin/gpioinfo"), Path.of("/usr/local/bin/gpioinfo"));
    }

    /** The lines of each chip that can be opened, by its name; empty where the program is missing. */
    Optional<Map<String, List<Line>>> ask() throws IOException {
        Optional<Path> program = places.stream().filter(Files::isExecutable).findFirst();
        return program.isPresent() ? Optional.of(answer(program.get())) : Optional.empty();
    }

    private static Map<String, List<Line>> answer(Path program) throws IOException {
        Process process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return parse(out.lines());
        } finally {
            process.destroy();
        }
    }

    static Map<String, List<Line>> parse(Stream<String> output) {
        Map<String, List<Line>> chips = new TreeMap<>();
        List<Line> lines = new ArrayList<>();
        for (String text : (Iterable<String>) output::iterator) {
            Matcher chip = CHIP.matcher(text);
            Matcher line = LINE.matcher(text);
            if (chip.matches()) {
                lines = new ArrayList<>();
                chips.put(chip.group(1), lines);
            } else if (line.matches()) {
                lines.add(new Line(Optional.ofNullable(line.group(1)).orElse(""), consumer(line.group(2))));
            }
        }
        return chips;
    }

    private static String consumer(String rest) {
        Matcher consumer = CONSUMER.matcher(rest);
        if (!consumer.matches()) {
            return "";
        }
        return Optional.ofNullable(consumer.group(1)).orElse("kernel");
    }
}
