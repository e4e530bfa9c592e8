package io.edgeagent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The one direction of dependencies, and the house rules that a machine can hold. */
class ArchitectureTest {
    private static final String ROOT = "io.edgeagent.";
    private static final int MAX_LINES = 500;
    private static final Pattern SLEEP = Pattern.compile("\\b(?:Thread|TimeUnit\\.\\w+)\\s*\\.\\s*sleep\\s*\\(");

    /** What each package of ours may import of ours, besides itself and the wire contract. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("model", Set.of()),
            Map.entry("runtime", Set.of()),
            Map.entry("x509", Set.of()),
            Map.entry("log", Set.of("model")),
            Map.entry("upstream", Set.of("model")),
            Map.entry("config", Set.of("model", "x509", "upstream")),
            Map.entry("ops", Set.of("model")),
            Map.entry("twin", Set.of("model", "runtime")),
            Map.entry("reconcile", Set.of("model", "runtime")),
            Map.entry("remote", Set.of("model", "runtime", "ops", "twin")),
            Map.entry("identity", Set.of("model", "runtime", "x509")),
            Map.entry("device", Set.of("model", "runtime")),
            Map.entry("hub", Set.of("model", "runtime")),
            Map.entry("images", Set.of("model", "runtime", "reconcile")),
            Map.entry("board", Set.of("model", "runtime", "twin", "reconcile", "identity", "images")),
            Map.entry("report", Set.of("model", "runtime", "twin", "reconcile", "device")),
            Map.entry(
                    "conductor",
                    Set.of(
                            "model",
                            "runtime",
                            "twin",
                            "reconcile",
                            "identity",
                            "device",
                            "hub",
                            "ops",
                            "board",
                            "images",
                            "report")),
            Map.entry(
                    "check", Set.of("model", "runtime", "config", "upstream", "x509", "device", "images", "reconcile")),
            Map.entry("cli", Set.of("check", "config", "device", "hub", "model", "ops")),
            Map.entry("adapter.admin", Set.of("model", "runtime", "ops", "log")),
            Map.entry("adapter.docker", Set.of("check", "model", "ops", "runtime", "reconcile", "remote")),
            Map.entry(
                    "adapter.iothub",
                    Set.of("check", "model", "runtime", "twin", "identity", "remote", "upstream", "x509")),
            Map.entry("adapter.hubnet", Set.of("model", "runtime", "hub", "upstream")),
            Map.entry("adapter.messagelog", Set.of("model", "runtime", "hub")),
            Map.entry("adapter.linux", Set.of("check", "model", "ops", "runtime", "device")),
            Map.entry(
                    "adapter.store",
                    Set.of("check", "model", "runtime", "twin", "identity", "board", "images", "upstream", "x509")),
            Map.entry("adapter.workload", Set.of("model", "runtime", "identity", "board", "x509")));

    /** The classes that put the process together may import all that lies below them; Main knows nothing but them. */
    private static boolean isAllowed(String home, String other) {
        return switch (home) {
            case "Main" -> other.equals("assembly");
            case "assembly" -> ALLOWED.containsKey(other);
            default -> ALLOWED.get(home).contains(other);
        };
    }

    private static final JavaClasses MAIN = classesBeside(Main.class);
    private static final JavaClasses TESTS = classesBeside(ArchitectureTest.class);

    @Test
    void every_package_has_its_place_in_the_direction() {
        Set<String> found = new TreeSet<>();
        MAIN.stream().map(ArchitectureTest::home).forEach(found::add);
        found.removeAll(Set.of("Main", "assembly"));

        assertThat(found).isNotEmpty().allSatisfy(home -> assertThat(ALLOWED).containsKey(home));
    }

    @Test
    void packages_import_only_what_lies_below_them() {
        List<String> wrong = new ArrayList<>();
        for (JavaClass type : MAIN) {
            String home = home(type);
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                boolean ours = target.getPackageName().startsWith("io.edgeagent");
                String other = home(target);
                if (ours && !other.equals(home) && !other.equals("protocol") && !isAllowed(home, other)) {
                    wrong.add(home + " -> " + other + ": " + dependency.getDescription());
                }
            });
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void docker_java_and_the_azure_sdk_stay_in_their_adapters() {
        noClasses()
                .that(resideInAPackage("io.edgeagent..").and(not(resideInAPackage("io.edgeagent.adapter.docker.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava..")
                .check(MAIN);
        noClasses()
                .that(resideInAPackage("io.edgeagent..").and(not(resideInAPackage("io.edgeagent.adapter.iothub.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.microsoft.azure..")
                .check(MAIN);
    }

    @Test
    void only_the_command_line_writes_to_standard_output() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.edgeagent.cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(MAIN);
    }

    @Test
    void no_class_keeps_state_in_a_static_field() {
        fields().that().areStatic().should(notBeMutable()).check(MAIN);
    }

    @Test
    void no_test_of_this_module_sleeps() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .check(TESTS);
        noClasses().should().callMethod(TimeUnit.class, "sleep", long.class).check(TESTS);
    }

    @Test
    void no_test_of_any_module_sleeps() {
        List<Path> sleepers = sources(Path.of("src", "test", "java")).stream()
                .filter(file -> SLEEP.matcher(text(file)).find())
                .toList();

        assertThat(sleepers).isEmpty();
    }

    @Test
    void no_source_file_is_longer_than_500_lines() {
        List<Path> main = sources(Path.of("src", "main", "java"));
        List<Path> test = sources(Path.of("src", "test", "java"));

        assertThat(main).isNotEmpty();
        assertThat(test).isNotEmpty();
        assertThat(Stream.concat(main.stream(), test.stream())
                        .filter(file -> text(file).lines().count() > MAX_LINES)
                        .toList())
                .isEmpty();
    }

    @Test
    void no_two_classes_of_agent_and_simulator_have_one_name() {
        Map<String, Long> files = sources(Path.of("src", "main", "java")).stream()
                .filter(file -> file.startsWith(repository().resolve("agent")))
                .map(file -> file.getFileName().toString())
                .filter(name -> !Set.of("package-info.java", "Main.java").contains(name))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        assertThat(files)
                .isNotEmpty()
                .allSatisfy((name, count) -> assertThat(count).as(name).isEqualTo(1));
    }

    private static JavaClasses classesBeside(Class<?> type) {
        return new ClassFileImporter()
                .importUrl(type.getProtectionDomain().getCodeSource().getLocation());
    }

    /** "model", "adapter.docker"; for a class in no package of these its own name, as "Main". */
    private static String home(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(ROOT)) {
            return type.getSimpleName();
        }
        String[] parts = name.substring(ROOT.length()).split("\\.", -1);
        return parts[0].equals("adapter") && parts.length > 1 ? parts[0] + "." + parts[1] : parts[0];
    }

    private static ArchCondition<JavaField> notBeMutable() {
        List<Class<?>> mutable = List.of(
                AtomicLong.class, AtomicInteger.class, AtomicBoolean.class, AtomicReference.class, Thread.class);
        return new ArchCondition<>("not be mutable") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                // the compiler's own, for enums and switches
                if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    return;
                }
                JavaClass type = field.getRawType();
                boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
                boolean holdsState = type.isArray()
                        || mutable.stream().anyMatch(type::isAssignableTo)
                        || (!type.isInterface() && type.isAssignableTo(Collection.class))
                        || (!type.isInterface() && type.isAssignableTo(Map.class));
                if (!isFinal || holdsState) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is static and mutable"));
                }
            }
        };
    }

    private static List<Path> sources(Path kind) {
        try (Stream<Path> files = Files.walk(repository())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/" + kind + "/")
                            && !file.toString().contains("/target/"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("agent").resolve("daemon"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
