package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What --help prints fits a terminal of 80 columns as it is written. */
class HelpTextsTest {
    private static final int COLUMNS = 80;

    static Stream<CommandLine> commands() {
        BoardCommands board = new BoardCommands(
                Path.of("/nowhere"),
                () -> {
                    throw new IllegalStateException("help asks nobody");
                },
                Clock.systemUTC());
        CommandLine all = CommandLineInterface.line(
                (config, state, version) -> 0,
                Stream.concat(
                                Stream.of(board.commands()),
                                Stream.of(
                                        new ConfigCommand(ServiceControl.NONE, Map.of()),
                                        new SystemCommand(board, ServiceControl.NONE),
                                        new CleanCommand(() -> {
                                            throw new IllegalStateException("help asks nobody");
                                        }),
                                        new DevicesCommand(board, () -> {
                                            throw new IllegalStateException("help asks nobody");
                                        }),
                                        new CheckCommand(board, request -> List.of()),
                                        new CheckListCommand(request -> List.of()),
                                        new SupportBundleCommand(board, (config, state, agent, version, progress) ->
                                                (out, request) -> {})))
                        .toArray());
        // picocli's own help has picocli's own texts
        return withSubcommands(all).filter(command -> !(command.getCommand() instanceof CommandLine.HelpCommand));
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTextsTest::withSubcommands));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void lines_that_were_broken_by_hand_are_not_broken_again(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();

        assertThat(usage.footer()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
        assertThat(usage.description().length)
                .as("one paragraph, which picocli breaks")
                .isLessThan(2);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void no_line_is_too_long_or_holds_a_single_short_word(CommandLine command) {
        List<String> orphans = new ArrayList<>();
        String before = "";
        for (String line : command.getUsageMessage().lines().toList()) {
            assertThat(line.length()).isLessThanOrEqualTo(COLUMNS);
            String text = line.strip();
            // what follows a line that was full; names of files are longer
            boolean isWord = text.matches("[\\w.,;-]{1,11}");
            if (before.length() > COLUMNS - 20 && !before.startsWith("Usage:") && isWord) {
                orphans.add(before + " / " + text);
            }
            before = line;
        }

        assertThat(orphans).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void what_an_example_does_stands_behind_a_hash_so_that_the_line_can_be_pasted(CommandLine command) {
        assertThat(command.getCommandSpec().usageMessage().footer())
                .filteredOn(line -> line.startsWith("  "))
                .allSatisfy(line ->
                        assertThat(line.replaceFirst(" +# .*$", "").strip()).doesNotContain("  "));
    }
}
