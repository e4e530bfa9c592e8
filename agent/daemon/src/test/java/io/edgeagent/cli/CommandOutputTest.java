package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process of its own: where its answer goes, and what it says when it does not get there. */
class CommandOutputTest {
    @TempDir
    private Path folder;

    private record Ended(int code, String said) {}

    @ParameterizedTest
    @ValueSource(strings = {"version", "--help", "version -o json", "devices --help", "generate-completion"})
    void an_answer_that_a_full_disk_does_not_take_is_an_error(String arguments) throws Exception {
        Ended ended = run("> /dev/full", arguments);

        assertThat(ended.said()).contains("the answer could not be written: No space left on device");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void a_reader_that_has_read_enough_is_no_error() throws Exception {
        Ended ended = run("| head -n 1", "generate-completion");

        assertThat(ended.said()).isEqualTo("#!/usr/bin/env bash\n");
        assertThat(ended.code()).isZero();
    }

    @Test
    void notices_that_the_reader_behind_a_pipe_has_gone() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);

        try (ReaderWatch watch = ReaderWatch.start(gone::countDown, "sh", "-c", "kill -PIPE $$")) {
            assertThat(watch).isNotNull();
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_watch_that_does_not_work_here_tells_nothing() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);

        try (ReaderWatch ended = ReaderWatch.start(gone::countDown, "false");
                ReaderWatch missing = ReaderWatch.start(gone::countDown, "/no/such/program")) {
            assertThat(ended).isNotSameAs(missing);
            assertThat(gone.await(300, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    /** Its code, and all that came out of the shell's command line. */
    private Ended run(String to, String arguments) throws IOException, InterruptedException {
        Path code = folder.resolve("code");
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "{ java=$1; shift; \"$java\" -XX:TieredStopAtLevel=1 -cp \"$CLASSES\" io.edgeagent.Main \"$@\"; echo $? >\"$CODE\"; } "
                        + to,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        ProcessBuilder shell =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        shell.environment().put("CLASSES", System.getProperty("java.class.path"));
        shell.environment().put("CODE", code.toString());
        shell.environment().put("LC_ALL", "C.UTF-8");
        shell.start().waitFor();
        return new Ended(
                Integer.parseInt(Files.readString(code).strip()), Files.readString(said, StandardCharsets.UTF_8));
    }
}
