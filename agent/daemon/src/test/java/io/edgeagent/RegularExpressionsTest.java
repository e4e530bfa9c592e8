package io.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Java's matcher calls itself for every turn of a repeated group, and a text of some hundred characters then overflows a stack of 256 kB
 * ({@code packaging/jvm.options}). With a plus behind it, {@code (a|b)*+}, it does not.
 */
class RegularExpressionsTest {
    // the end of a group that is repeated without a limit and may give back what it took
    private static final Pattern REPEATED_GROUP = Pattern.compile("\\)(?:[*+]|\\{\\d+,\\})(?!\\+)");
    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"");
    private static final int MEGABYTE = 1 << 20;

    @Test
    void no_expression_repeats_a_group_in_a_way_that_needs_stack() throws IOException {
        List<String> found = new ArrayList<>();
        for (String module : List.of("protocol", "simulator", "daemon")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Files.readAllLines(file).stream()
                            .flatMap(line -> TEXT.matcher(line).results())
                            .filter(text -> REPEATED_GROUP.matcher(text.group()).find())
                            .forEach(text -> found.add(file.getFileName() + ": " + text.group()));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void no_pattern_overflows_the_stack_of_a_board() throws InterruptedException {
        List<String> overflowed = new ArrayList<>();
        Runnable match = () -> {
            for (JavaField field : patterns()) {
                pattern(field.reflect()).ifPresent(pattern -> {
                    for (String unit : List.of(
                            "a", "a.", "a/", "aa__a-", "\\\"", "\\", "\"", " ", "\n", "1.", ":", "é", "[", "=,")) {
                        try {
                            pattern.matcher(unit.repeat(MEGABYTE / unit.length()))
                                    .matches();
                            pattern.matcher(unit.repeat(5000 / unit.length())).find();
                        } catch (StackOverflowError e) {
                            overflowed.add(field.getFullName() + " on " + unit);
                        }
                    }
                });
            }
        };
        AtomicReference<Optional<Throwable>> died = new AtomicReference<>(Optional.empty());
        Thread board = new Thread(null, match, "board", 256 << 10);
        board.setUncaughtExceptionHandler((thread, reason) -> died.set(Optional.of(reason)));
        board.start();
        board.join();

        assertThat(patterns()).hasSizeGreaterThan(10);
        assertThat(overflowed).isEmpty();
        assertThat(died.get()).isEmpty();
    }

    private static List<JavaField> patterns() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.edgeagent").stream()
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> field.getRawType().isEquivalentTo(Pattern.class))
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                        .toList();
    }

    private static Optional<Pattern> pattern(Field field) {
        try {
            field.setAccessible(true);
            return Optional.of((Pattern) field.get(null));
        } catch (IllegalAccessException e) {
            return Optional.empty();
        }
    }
}
