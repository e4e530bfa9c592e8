package io.edgeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FatalErrorsTest {
    /** A process that goes on without one of its threads, if nobody ends it. */
    static final class Dying {
        public static void main(String[] args) throws InterruptedException {
            FatalErrors.endTheProcess();
            // what hangs at the end of the process must not keep it from ending
            Runtime.getRuntime().addShutdownHook(new Thread(() -> waitForEver(new Object())));
            Thread worker = new Thread(
                    () -> {
                        throw new NoClassDefFoundError("injected");
                    },
                    "injured");
            worker.start();
            worker.join();
            waitForEver(new Object());
        }

        private static void waitForEver(Object nobody) {
            synchronized (nobody) {
                try {
                    while (true) {
                        nobody.wait();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void a_thread_that_dies_ends_the_process_and_its_name_and_reason_are_in_the_log()
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Dying.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(FatalErrors.EXIT_CODE);
            assertThat(output).contains("event=thread_died thread=injured").contains("NoClassDefFoundError: injected");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whoever runs the tests may load classes in a way of its own. */
    private static String classPath() {
        return Stream.of(
                        FatalErrors.class,
                        Dying.class,
                        LoggerFactory.class,
                        ch.qos.logback.classic.Logger.class,
                        ch.qos.logback.core.Context.class,
                        com.fasterxml.jackson.databind.JsonNode.class,
                        com.fasterxml.jackson.core.JsonFactory.class,
                        com.fasterxml.jackson.annotation.JsonInclude.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
