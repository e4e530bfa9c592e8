package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @TempDir
    private Path folder;

    private int generate() {
        BoardCommands board = new BoardCommands(
                Path.of("/nowhere"),
                () -> {
                    throw new IllegalStateException("nobody is asked");
                },
                Clock.systemUTC());
        return CommandLineInterface.run(
                new String[] {"generate-man", folder.resolve("man").toString()},
                (config, state, version) -> 1,
                Stream.concat(
                                Stream.of(board.commands()),
                                Stream.of(
                                        new ConfigCommand(ServiceControl.NONE, Map.of()),
                                        new SystemCommand(board, ServiceControl.NONE)))
                        .toArray());
    }

    @Test
    void every_command_that_a_person_uses_has_a_page() throws IOException {
        assertThat(generate()).isZero();

        try (Stream<Path> pages = Files.list(folder.resolve("man"))) {
            List<String> names =
                    pages.map(page -> page.getFileName().toString()).toList();
            assertThat(names)
                    .contains(
                            "edge-agent-list.1",
                            "edge-agent-system-logs.1",
                            "edge-agent-run.1",
                            "edge-agent-config-mp.1",
                            "edge-agent-hub-send.1")
                    .noneMatch(name -> name.contains("generate") || name.contains("help"));
        }
    }

    @Test
    void a_page_has_the_text_of_help_in_the_words_of_groff() throws IOException {
        generate();

        String page = Files.readString(folder.resolve("man/edge-agent-list.1"));

        assertThat(page)
                .startsWith(".TH EDGE-AGENT-LIST 1 ")
                .contains("edge\\-agent\\-list \\- Lists the modules.", "Usage: edge\\-agent list")
                .doesNotContain("\u001b");
        assertThat(page.lines().filter(line -> line.startsWith("'"))).isEmpty();
    }
}
