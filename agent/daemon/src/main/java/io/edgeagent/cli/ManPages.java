package io.edgeagent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** For the packages: a page for man(1) of each command, with the text of its {@code --help}. */
@Command(name = ManPages.NAME, hidden = true)
final class ManPages implements Callable<Integer> {
    static final String NAME = "generate-man";

    @Parameters(paramLabel = "FOLDER")
    private Path folder = Path.of("");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(folder);
        write(spec.root().commandLine());
        return 0;
    }

    private void write(CommandLine command) throws IOException {
        for (CommandLine inner : command.getSubcommands().values()) {
            UsageMessageSpec usage = inner.getCommandSpec().usageMessage();
            if (!usage.hidden() && !(inner.getCommand() instanceof CommandLine.HelpCommand)) {
                Files.writeString(folder.resolve(name(inner) + ".1"), page(inner));
                write(inner);
            }
        }
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    static String page(CommandLine command) {
        String name = name(command);
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        String summary = usage.header().length > 0 ? usage.header()[0] : usage.description()[0];
        StringJoiner page = new StringJoiner("\n", "", "\n");
        page.add(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"Edge Agent\" \"User Commands\"");
        page.add(".SH NAME");
        page.add(escaped(name) + " \\- " + escaped(summary));
        page.add(".SH DESCRIPTION");
        // the lines are as wide as a terminal already
        page.add(".nf");
        command.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().forEach(line -> page.add(escaped(line)));
        page.add(".fi");
        page.add(".SH SEE ALSO");
        page.add(".BR edge-agent (1)");
        return page.toString();
    }

    /** groff(7): a backslash, a hyphen, and a point or an apostrophe at the beginning of a line mean something. */
    private static String escaped(String line) {
        String text = line.replace("\\", "\\e").replace("-", "\\-");
        return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
    }
}
